import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { KeeperListening } from './postgres.ts';

const CONNECTS_WITHIN_MS = 5000; // a database that is suspended never does
const ANSWERS_WITHIN_MS = 10_000; // to a statement
const TOO_MANY_CONNECTIONS = '53300';

/**
 * A schema in somebody else's database, made unless it is there already. If the given role passes over row-level security, which emulates the
 * SELECT time, the service gets a role of its own as well, named like the schema.
 */
export async function borrowSchema(databaseUrl: string, schema: string, isThere: boolean): Promise<KeeperListening> {
  const adminUrl = withOptions(databaseUrl, schema, `-c search_path=${schema}`);
  const ownRole = await withAdmin(databaseUrl, async (client) => {
    const { rows } = await client.query<{ bypasses: boolean }>(
      'SELECT rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = current_user',
    );
    const ownRole = rows[0]!.bypasses;
    if (isThere) return ownRole;
    if (ownRole) await client.query(`CREATE ROLE ${schema}`);
    await client.query(`CREATE SCHEMA ${schema} ${ownRole ? `AUTHORIZATION ${schema}` : ''}`);
    return ownRole;
  });
  const url = ownRole ? withOptions(databaseUrl, schema, `-c search_path=${schema} -c role=${schema}`) : adminUrl;
  return { url, adminUrl, processId: null };
}

/** Removes what `borrowSchema` made, if it is there, and ends the connections that still use it. */
export async function dropSchema(databaseUrl: string, schema: string): Promise<void> {
  const drop = async (client: pg.Client) => {
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [schema]);
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [schema]);
    if (rowCount! > 0) await client.query(`DROP ROLE ${schema}`);
  };
  for (const untilMs = performance.now() + CONNECTS_WITHIN_MS; ; await pause(50)) {
    try {
      return await withAdmin(databaseUrl, drop);
    } catch (error) {
      // Pods that are just ending may still hold all connections that the role may have.
      if ((error as pg.DatabaseError).code !== TOO_MANY_CONNECTIONS || performance.now() > untilMs) throw error;
    }
  }
}

/** Does work in one transaction. Rejects if the database does not answer in time. */
export async function withAdmin<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECTS_WITHIN_MS, query_timeout: ANSWERS_WITHIN_MS });
  client.on('error', () => {}); // the statement that it hits fails as well
  await client.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } finally {
    void client.end().catch(() => {}); // not waited for: a database that is suspended takes no leave
  }
}

function withOptions(databaseUrl: string, name: string, options: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('application_name', name);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', given === null ? options : `${given} ${options}`);
  return url.href;
}
