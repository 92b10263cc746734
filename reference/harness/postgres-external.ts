import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Postgres } from './postgres.ts';

/**
 * A schema of its own in somebody else's database. Where the given role passes over row-level security, which emulates the SELECT time,
 * the service gets a role of its own as well; both go at the end.
 */
export async function borrowSchema(databaseUrl: string): Promise<Postgres> {
  const name = `mailsim_${randomBytes(6).toString('hex')}`;
  const adminUrl = withOptions(databaseUrl, `-c search_path=${name}`);
  const ownRole = await asAdmin(databaseUrl, async (client) => {
    const { rows } = await client.query<{ bypasses: boolean }>(
      'SELECT rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = current_user',
    );
    const ownRole = rows[0]!.bypasses;
    if (ownRole) await client.query(`CREATE ROLE ${name}`);
    await client.query(`CREATE SCHEMA ${name} ${ownRole ? `AUTHORIZATION ${name}` : ''}`);
    return ownRole;
  });
  return {
    url: ownRole ? withOptions(databaseUrl, `-c search_path=${name} -c role=${name}`) : adminUrl,
    adminUrl,
    processId: null,
    stop: () =>
      asAdmin(databaseUrl, async (client) => {
        await client.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
        if (ownRole) await client.query(`DROP ROLE IF EXISTS ${name}`);
      }),
  };
}

function withOptions(databaseUrl: string, options: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', given === null ? options : `${given} ${options}`);
  return url.href;
}

async function asAdmin<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } finally {
    await client.end();
  }
}
