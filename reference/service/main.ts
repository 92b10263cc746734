import { pino } from 'pino';
import { InputError } from '../../fixtures/input-error.ts';
import { type Config, readConfig } from './config.ts';
import { startService } from './service.ts';

/** The service as a process: configured by its environment, stopped by SIGTERM. It exits with 2 on a bad configuration, with 1 on failure. */

const GRACE_MS = 5_000; // beyond the deadline of an SMTP transaction, for the UPDATE and the response

function configure(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

const config = configure();
// Not pino's own writer: if nobody reads any more, as when the parent was killed, it tries for ever to write its last lines, and the process stays.
const logger = pino({ level: config.logLevel, base: { pod: config.pod } }, process.stdout);
process.stdout.on('error', () => {});
const starting = startService(config, logger);
let stopping = false;

async function stop(why: string, withinMs: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => {
    logger.fatal({ why }, 'still busy after the deadline');
    process.exit(1);
  }, withinMs).unref();
  const service = await starting;
  logger.info({ why, busy: service.workers.busy.value }, 'stopping');
  await service.stop();
  logger.info('stopped');
  process.exit(0); // an open IPC channel would keep the process
}

const drained = config.smtpTimeoutMs + GRACE_MS;
process.on('SIGTERM', () => void stop('SIGTERM', drained));
process.on('SIGINT', () => void stop('SIGINT', drained));
process.on('disconnect', () => void stop('the parent has gone', GRACE_MS)); // nobody is left to stop this process

try {
  const { url, operationsUrl } = await starting;
  process.send?.({ listening: { url, operationsUrl } });
} catch (err) {
  logger.fatal({ err }, 'could not start');
  process.exit(1);
}
