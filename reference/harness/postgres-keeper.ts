import type { KeeperMessage, Postgres, PostgresOptions } from './postgres.ts';
import { startEmbedded } from './postgres-embedded.ts';
import { borrowSchema } from './postgres-external.ts';

/** The process that a database belongs to (`startPostgres` says why). Its parent gone, or gone quiet, it ends the database and itself. */

const { maxConnections, databaseUrl } = JSON.parse(process.env['KEEPER_OPTIONS']!) as Required<PostgresOptions>;
delete process.env['KEEPER_OPTIONS'];

const release = new Promise<void>((resolve) => {
  process.once('disconnect', resolve);
  process.once('SIGTERM', () => resolve());
  process.once('SIGINT', () => resolve());
});
const tell = (message: KeeperMessage) => process.connected && process.send!(message);

let database: Postgres | undefined;
try {
  database = await (databaseUrl === undefined ? startEmbedded(maxConnections) : borrowSchema(databaseUrl));
  const { url, adminUrl, processId } = database;
  tell({ url, adminUrl, processId });
  await release;
  await database.stop();
} catch (error) {
  process.exitCode = 1;
  if (database === undefined) tell({ failed: error instanceof Error ? error.message : String(error) });
  else process.stderr.write(`mailsim: the database was not cleaned up: ${error}\n`);
}
if (process.connected) process.disconnect();
