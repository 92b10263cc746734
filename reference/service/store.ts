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
    close: (): Promise<void> => pool.end(),
  };
}
