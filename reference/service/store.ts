import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { ServiceError } from '../http/errors.ts';
import type { Config } from './config.ts';
import { Level } from './level.ts';
import type { Email } from './mailer.ts';
import type { Stopwatch } from './stopwatch.ts';

export type Store = Awaited<ReturnType<typeof openStore>>;

/** The state of a message. */
export interface Message {
  readonly status: 'pending' | 'sent' | 'failed';
  readonly smtp_response_code: number | null;
  readonly sent_at: Date | null;
}

// Named statements are prepared once on each connection.
const INSERT = {
  name: 'insert',
  text: `INSERT INTO emails (message_id, sender, recipient, subject, body_html, status, created_at)
         VALUES ($1, $2, $3, $4, $5, 'pending', now())`,
};
const UPDATE = {
  name: 'update',
  text: `UPDATE emails SET status = $2, smtp_response_code = $3, sent_at = CASE WHEN $2::varchar = 'sent' THEN now() END
         WHERE message_id = $1`,
};
const PROBE_BYTES = 6144; // in Base64, which does not compress, more than fits into what is left of a page
const SELECT = { name: 'select', text: 'SELECT status, smtp_response_code, sent_at FROM emails WHERE message_id = $1' };

/**
 * The emails in PostgreSQL. All connections are opened now: to open one under load would take the request that needs it some ms.
 * Rejects where the database cannot be reached. Every method rejects with database_failed; nothing is retried and nothing times out.
 */
export async function openStore(
  { databaseUrl, databaseConnections }: Pick<Config, 'databaseUrl' | 'databaseConnections'>,
  lost: (error: Error) => void,
) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: databaseConnections, idleTimeoutMillis: 0 });
  const busy = new Level();
  const began = new Set<{ readonly atMs: number }>(); // the statements that run, the oldest first
  const failing = new Set<string>(); // the kinds of statement whose last one failed
  pool.on('error', lost); // an idle connection that breaks: the pool opens another when it needs one
  pool.on('connect', (client) => client.on('error', lost)); // a busy one: its statement fails as well
  const opened = await Promise.allSettled(Array.from({ length: databaseConnections }, () => pool.connect()));
  for (const attempt of opened) if (attempt.status === 'fulfilled') attempt.value.release();
  const failure = opened.find((attempt) => attempt.status === 'rejected');
  if (failure !== undefined) {
    await pool.end();
    throw failure.reason;
  }

  async function query<Row extends pg.QueryResultRow>(
    statement: typeof INSERT,
    values: readonly unknown[],
    stopwatch: Stopwatch,
  ): Promise<readonly Row[]> {
    const kind = statement.name as 'insert' | 'update' | 'select';
    const statementBegan = { atMs: performance.now() };
    began.add(statementBegan);
    let client: pg.PoolClient | undefined;
    let failure: Error | undefined;
    try {
      client = await stopwatch.time(`${kind}-wait`, () => pool.connect());
      busy.value++;
      const held = client;
      return (await stopwatch.time(kind, () => held.query<Row>({ ...statement, values: [...values] }))).rows;
    } catch (cause) {
      failure = cause as Error;
      throw new ServiceError('database_failed', { cause });
    } finally {
      began.delete(statementBegan);
      failing[failure === undefined ? 'delete' : 'add'](kind);
      if (client !== undefined) {
        busy.value--;
        client.release(failure); // with an error the connection is closed
      }
    }
  }

  return {
    /** Busy connections. */
    busy,
    connections: databaseConnections,
    async insert(id: string, { from, to, subject, bodyHtml }: Email, stopwatch: Stopwatch): Promise<void> {
      await query(INSERT, [id, from, to, subject, bodyHtml], stopwatch);
    },
    async update(id: string, status: 'sent' | 'failed', responseCode: number | null, stopwatch: Stopwatch): Promise<void> {
      await query(UPDATE, [id, status, responseCode], stopwatch);
    },
    async find(id: string, stopwatch: Stopwatch): Promise<Message | undefined> {
      const [row] = await query<Message & pg.QueryResultRow>(SELECT, [id], stopwatch);
      return row;
    },
    /** How long the oldest statement that has not come back has been on its way, wait for a connection included; 0: there is none. */
    longestStatementMs: (): number => performance.now() - (began.values().next().value?.atMs ?? performance.now()),
    /**
     * Asks the database for nothing; or, if a statement failed and none of its kind has succeeded since, whether an email could be stored now.
     * Rejects with the database's error.
     */
    async probe(): Promise<void> {
      const client = await pool.connect();
      let failure: Error | undefined;
      try {
        if (failing.size === 0) return void (await client.query('SELECT'));
        const id = randomUUID();
        await client.query('BEGIN');
        await client.query({ ...INSERT, values: [id, '', '', '', randomBytes(PROBE_BYTES).toString('base64')] });
        await client.query({ ...UPDATE, values: [id, 'sent', 250] });
        await client.query({ ...SELECT, values: [id] });
        await client.query('ROLLBACK');
        failing.clear();
      } catch (error) {
        failure = error as Error;
        throw error;
      } finally {
        client.release(failure);
      }
    },
    close: (): Promise<void> => pool.end(),
  };
}
