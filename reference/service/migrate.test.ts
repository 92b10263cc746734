import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '../harness/postgres.ts';
import { migrate } from './migrate.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

test('five pods may start at once, and again', async () => {
  await Promise.all(Array.from({ length: 5 }, () => migrate(postgres.url)));
  await migrate(postgres.url);
  const client = new pg.Client({ connectionString: postgres.adminUrl });
  await client.connect();
  const rows = async (sql: string) => (await client.query({ text: sql, rowMode: 'array' })).rows;
  try {
    expect(await rows('SELECT name FROM schema_migrations')).toEqual([['0001_emails.sql']]);
    expect(
      await rows(
        `SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = 'emails' ORDER BY ordinal_position`,
      ),
    ).toEqual([
      ['message_id', 'uuid', 'NO'],
      ['sender', 'character varying', 'NO'],
      ['recipient', 'character varying', 'NO'],
      ['subject', 'character varying', 'NO'],
      ['body_html', 'text', 'NO'],
      ['status', 'character varying', 'NO'],
      ['smtp_response_code', 'integer', 'YES'],
      ['created_at', 'timestamp with time zone', 'NO'],
      ['sent_at', 'timestamp with time zone', 'YES'],
    ]);
    const indexes = (await rows(`SELECT indexdef FROM pg_indexes WHERE tablename = 'emails' ORDER BY indexname`)).flat();
    expect(indexes.map((definition: string) => definition.replace(/ ON \w+\./, ' ON '))).toEqual([
      'CREATE UNIQUE INDEX emails_pkey ON emails USING btree (message_id)',
      'CREATE INDEX idx_emails_recipient ON emails USING btree (recipient, created_at DESC)',
      'CREATE INDEX idx_emails_sender ON emails USING btree (sender, created_at DESC)',
      'CREATE INDEX idx_emails_status ON emails USING btree (status)',
    ]);
  } finally {
    await client.end();
  }
});

test('a database that is not there is said to be so', async () => {
  await expect(migrate('postgres://nobody@127.0.0.1:1/none')).rejects.toThrow('ECONNREFUSED');
});
