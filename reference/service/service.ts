import fastifySwagger from '@fastify/swagger';
import type { FastifyBaseLogger } from 'fastify';
import { type App, createApp } from './app.ts';
import type { Config } from './config.ts';
import { emailRoutes } from './emails.ts';
import { createExchangerLookup } from './exchangers.ts';
import { createHealth } from './health.ts';
import { holdWorkers } from './holding-workers.ts';
import { createMailer } from './mailer.ts';
import { createMetrics } from './metrics.ts';
import { migrate } from './migrate.ts';
import { operationsRoutes } from './operations.ts';
import { openStore } from './store.ts';
import { WorkerPool } from './workers.ts';

export interface Service {
  /** Where it takes requests. */
  readonly url: string;
  /** Where it answers those who run it (`operations.ts`). */
  readonly operationsUrl: string;
  readonly workers: WorkerPool;
  /** Refuses new work with 503, finishes what is in flight, and closes everything. */
  stop(): Promise<void>;
}

/** So long may the database take to answer to a look at its health. */
const HEALTH_WITHIN_MS = 2000;

/** Brings the schema up to date, connects to the database and listens. Rejects, with nothing left open, where one of them fails. */
export async function startService(config: Config, logger: FastifyBaseLogger): Promise<Service> {
  await migrate(config.databaseUrl);
  const store = await openStore(config, (err) => logger.warn({ err }, 'lost a database connection'));
  const workers = new WorkerPool(config.workers);
  const metrics = createMetrics(workers, store);
  let stopping = false;
  const isStopping = () => stopping;

  const app = createApp(config.pod, logger, metrics.ended);
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) reply.header('connection', 'close');
    done(null, payload);
  });
  await app.register(fastifySwagger, { openapi: { openapi: '3.1.0', info: { title: 'Email service', version: '1' } } });
  await app.register(async (scope) => {
    holdWorkers(scope, workers, metrics, isStopping);
    await scope.register(emailRoutes, { store, lookUp: createExchangerLookup(config), deliver: createMailer(config) });
  });
  const operations = createApp(config.pod, logger, metrics.ended);
  await operations.register(operationsRoutes, {
    workers,
    metrics,
    checkHealth: createHealth(store, { answerMs: HEALTH_WITHIN_MS, statementMs: config.statementPatienceMs }),
    isStopping,
    openApi: () => app.swagger(),
  });

  async function close(): Promise<void> {
    await Promise.all([app.close(), operations.close()]);
    await store.close();
  }
  const listen = (server: App, port: number, what: string) =>
    server.listen({ host: config.host, port, listenTextResolver: (address) => `${what} at ${address}` });
  try {
    const url = await listen(app, config.port, 'listening');
    const operationsUrl = await listen(operations, config.operationsPort, 'operations');
    return {
      url,
      operationsUrl,
      workers,
      async stop() {
        stopping = true;
        await workers.idle();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
