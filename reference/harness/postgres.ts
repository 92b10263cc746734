import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { StatementTimes } from './latency.ts';
import { createProcesses, type Process, type Processes } from './processes.ts';
import { removeServer } from './server-processes.ts';
import type { RowCounts } from './tables.ts';

/** A database for one harness or one test, and for nobody else. */
export interface Postgres {
  /** For the service: a plain role, which the emulated latencies hold for. */
  readonly url: string;
  /** For whoever sets it up and reads its tables: the same schema, past the emulated SELECT time. */
  readonly adminUrl: string;
  /** The embedded server's process, whose children serve the connections; null if the database is somebody else's. */
  readonly processId: number | null;
  /** A temporary directory, for whatever shall go with the database, however that ends. */
  readonly directory: string;
  /** `installLatency` (`latency.ts`), from the keeper. */
  installLatency(times: StatementTimes): Promise<void>;
  /** `countRows` (`tables.ts`), from the keeper. */
  countRows(): Promise<RowCounts>;
  /** Ends it and leaves nothing behind; rejects if something is left, saying what. Safe to call twice. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** PostgreSQL's default of 100 leaves 97 for a plain role: too few for five pods with 20 each. */
  readonly maxConnections?: number;
  /** Use this database, in a schema of its own that goes at the end, instead of an embedded one. */
  readonly databaseUrl?: string | undefined;
  /** What the keeper belongs to: stopping or killing it ends the database too. */
  readonly keepers?: Processes;
}

/** What the keeper is told. */
export interface KeeperOptions {
  /** To make, and to remove at the end. */
  readonly directory: string;
  readonly maxConnections: number;
  /** Somebody else's database, and the name of the schema there; null: an embedded one. */
  readonly borrowed: { readonly databaseUrl: string; readonly schema: string; readonly isThere: boolean } | null;
}

/** What the keeper can be asked. */
export type KeeperQuestion = { readonly kind: 'latency'; readonly times: StatementTimes } | { readonly kind: 'rows' };

export type KeeperListening = Pick<Postgres, 'url' | 'adminUrl' | 'processId'>;

const READY_WITHIN_MS = 60_000;
const DROPS_WITHIN_MS = 10_000;

/**
 * Starts a private PostgreSQL: on a free port on loopback, its data in a temporary directory, as root or as an ordinary user.
 * Rejects with the reason if that fails; then nothing is left of it either.
 *
 * The database belongs to a keeper, a process that ends it and itself when it is told to or when this process is gone (SIGKILL included).
 * If it is the keeper that is gone, or that does not end in time, this process clears up.
 */
export async function startPostgres({
  maxConnections = 120,
  databaseUrl,
  keepers = createProcesses(),
}: PostgresOptions = {}): Promise<Postgres> {
  const name = randomBytes(6).toString('hex');
  const directory = resolve(tmpdir(), `mailsim-${name}`); // the keeper makes it: whoever makes it has to be able to remove it
  const schema = `mailsim_${name}`;
  const options: KeeperOptions = {
    directory,
    maxConnections,
    borrowed: databaseUrl === undefined ? null : { databaseUrl, schema, isThere: false },
  };
  let keeper: Process<KeeperListening>;
  try {
    keeper = await startKeeper(keepers, options);
  } catch (error) {
    removeServer(directory);
    if (options.borrowed !== null) await dropSchema(options).catch(() => {}); // it may have been killed when the schema was just made
    throw error;
  }
  const cleared = keeper.exited.then(async ({ code }) => {
    removeServer(directory);
    if (options.borrowed !== null && code !== 0) await dropSchema(options);
  });
  cleared.catch(() => {}); // `stop` tells
  return {
    ...keeper.listening,
    directory,
    async installLatency(times) {
      await keeper.ask({ kind: 'latency', times } satisfies KeeperQuestion);
    },
    countRows: () => keeper.ask({ kind: 'rows' } satisfies KeeperQuestion) as Promise<RowCounts>,
    async stop() {
      await keepers.stop();
      await cleared;
    },
  };
}

function startKeeper(keepers: Processes, options: KeeperOptions): Promise<Process<KeeperListening>> {
  const module = new URL('./postgres-keeper', import.meta.url);
  return keepers.start<KeeperListening>({ name: 'PostgreSQL', module, options, readyWithinMs: READY_WITHIN_MS });
}

/** Another keeper takes the place of one that could not finish. */
async function dropSchema(given: KeeperOptions): Promise<void> {
  const borrowed = { ...given.borrowed!, isThere: true };
  const { schema } = borrowed;
  const options = { ...given, borrowed };
  try {
    const keeper = await startKeeper(createProcesses({ stopWithinMs: DROPS_WITHIN_MS }), options);
    const { code, signal } = await keeper.stop();
    if (code !== 0) throw new Error(`its keeper ended with ${code ?? signal}`);
  } catch (error) {
    throw new Error(`the schema ${schema} is left in the database: ${(error as Error).message}`);
  } finally {
    removeServer(options.directory);
  }
}
