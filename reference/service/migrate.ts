import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pg from 'pg';

/** Where the migrations are, whether this module runs from the sources or from `dist`: tsc copies no SQL. */
const folder = dirname(createRequire(import.meta.url).resolve('#migrations/0001_emails.sql'));

const MIGRATION_LOCK = 4_261_001; // any number, as long as every pod takes the same

/**
 * Brings the schema up to date: every migration that the database has not seen, in the order of their names, all or none.
 * Pods that start together take turns, and those that come later find nothing to do. Rejects with the database's error.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query('CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL)');
    const { rows } = await client.query<{ name: string }>('SELECT name FROM schema_migrations');
    const applied = new Set(rows.map(({ name }) => name));
    for (const name of migrations().filter((name) => !applied.has(name))) {
      await client.query(readFileSync(join(folder, name), 'utf8'));
      await client.query('INSERT INTO schema_migrations VALUES ($1, now())', [name]);
    }
    await client.query('COMMIT');
  } finally {
    await client.end(); // without COMMIT all is undone
  }
}

const migrations = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
