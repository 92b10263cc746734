import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';

/** A database for one harness or one test, and for nobody else. */
export interface Postgres {
  /** For the service: a plain role, which the emulated latencies hold for. */
  readonly url: string;
  /** For whoever sets it up and reads its tables: the same schema, past the emulated SELECT time. */
  readonly adminUrl: string;
  /** The embedded server's process, whose children serve the connections; null where the database is somebody else's. */
  readonly processId: number | null;
  /** Ends it and leaves nothing behind. Safe to call twice. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** PostgreSQL's default of 100 leaves 97 for a plain role: too few for five pods with 20 each. */
  readonly maxConnections?: number;
  /** Use this database, in a schema of its own that goes at the end, instead of an embedded one. */
  readonly databaseUrl?: string | undefined;
}

/** What the keeper says, once. */
export type KeeperMessage = Omit<Postgres, 'stop'> | { readonly failed: string };

/**
 * Starts a private PostgreSQL: on a free port on loopback, its data in a temporary directory, as root or as an ordinary user.
 * Rejects with the reason where that fails; then nothing is left of it either.
 *
 * The server belongs to a keeper, a process that lives as long as the IPC channel to this one: when the channel closes, because of
 * `stop()` or because this process is gone (SIGKILL included), the keeper stops the server and removes its directory.
 */
export async function startPostgres({ maxConnections = 120, databaseUrl }: PostgresOptions = {}): Promise<Postgres> {
  // From the sources the keeper is TypeScript too.
  const file = join(import.meta.dirname, `postgres-keeper${extname(import.meta.filename)}`);
  const keeper = fork(file, {
    env: { ...process.env, KEEPER_OPTIONS: JSON.stringify({ maxConnections, databaseUrl }) }, // no argument: everybody can read those
    detached: true, // Ctrl-C in a terminal is for the harness, which has the pods to stop first
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(keeper, 'exit');
  const [message] = (await Promise.race([once(keeper, 'message'), exited])) as [KeeperMessage | number | null];
  if (message === null || typeof message === 'number') throw new Error(`PostgreSQL did not start: its keeper ended with ${message}`);
  if ('failed' in message) {
    await exited;
    throw new Error(`PostgreSQL did not start: ${message.failed}`);
  }
  return {
    ...message,
    async stop() {
      if (keeper.connected) keeper.disconnect();
      await exited;
    },
  };
}
