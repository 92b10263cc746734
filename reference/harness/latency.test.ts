import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../service/migrate.ts';
import { installLatency } from './latency.ts';
import { type Postgres, startPostgres } from './postgres.ts';

const TIMES = { insertMs: 20, updateMs: 15, selectMs: 5 };
const STATEMENTS = 40;

let postgres: Postgres;
let client: pg.Client;
beforeAll(async () => {
  postgres = await startPostgres();
  await migrate(postgres.url);
  client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

async function timed(text: string, values: readonly unknown[]): Promise<number> {
  const start = performance.now();
  await client.query({ name: text.slice(0, 6), text, values: [...values] });
  return performance.now() - start;
}

const insert = (id: string) => timed(`INSERT INTO emails VALUES ($1, 'a', 'b', 'c', 'd', 'pending', NULL, now())`, [id]);
const update = (id: string) => timed(`UPDATE emails SET status = 'sent' WHERE message_id = $1`, [id]);
const select = (id: string) => timed('SELECT status FROM emails WHERE message_id = $1', [id]);

const lower = (sorted: readonly number[]) => sorted[Math.floor(sorted.length / 4)]!;
const measure = async (statement: (id: string) => Promise<number>, ids: readonly string[]) => {
  const times: number[] = [];
  for (const id of ids) times.push(await statement(id));
  return times.sort((a, b) => a - b);
};

test('each kind of statement takes its time, no other one pays for it, and none is faster', async () => {
  await installLatency(postgres.adminUrl, TIMES);
  const ids = Array.from({ length: STATEMENTS }, () => randomUUID());
  // The lower quartile: what the emulation adds is in every statement, what a busy machine adds is not.
  for (const [statement, ms] of [
    [insert, 20],
    [update, 15],
    [select, 5],
  ] as const) {
    const times = await measure(statement, ids);
    expect(times[0]).toBeGreaterThanOrEqual(ms);
    expect(lower(times)).toBeLessThan(ms + 3);
  }
  const { rows } = await client.query('SELECT count(*) FROM emails'); // once, not 40 times
  expect(rows).toEqual([{ count: String(STATEMENTS) }]);
});

test('other times replace them, and none at all is as fast as it is', async () => {
  await installLatency(postgres.adminUrl, { insertMs: 40, updateMs: 0, selectMs: 30 });
  const id = randomUUID();
  expect(await insert(id)).toBeGreaterThanOrEqual(40);
  expect(await select(id)).toBeGreaterThanOrEqual(30);
  expect(lower(await measure(update, Array(8).fill(id)))).toBeLessThan(15);
  await installLatency(postgres.adminUrl, { insertMs: 0, updateMs: 0, selectMs: 0 });
  expect(lower(await measure(select, Array(8).fill(id)))).toBeLessThan(5);
});
