import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHealth } from './health.ts';
import { Stopwatch } from './stopwatch.ts';
import { openStore } from './store.ts';
import { call, send, startWorld, until, validEmail, type World } from './testing.ts';

/** What happens when the database does not do its part. A world of its own for each test: they break it. */

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world?.stop());

const statusUrl = ({ url }: { readonly url: string }) => `${url}/api/v1/emails/00000000-0000-4000-8000-000000000000/status`;
const health = async ({ operationsUrl }: { readonly operationsUrl: string }) => {
  const { status, body } = await call(`${operationsUrl}/health`);
  return { ...body, status };
};
const hanging = { ...validEmail, to: 'hang@gmail.test' };

test('a database that is down: every request is answered 500, nothing is sent, no worker leaks', async () => {
  const service = await world.start();
  await world.postgres.stop();
  for (const answer of [await send(service), await call(statusUrl(service))]) {
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 'database_failed' });
  }
  expect(world.smtp.seen.connections).toBe(0);
  expect(service.workers.busy.value).toBe(0);
  expect(await health(service)).toEqual({
    status: 503,
    code: 'database_unavailable',
    message: expect.stringMatching(/^This pod cannot use its database. \(.*ECONNREFUSED/),
  });
});

test('a send whose UPDATE fails is answered 500, and its row stays pending', async () => {
  const service = await world.start();
  const sending = send(service, hanging);
  await until(() => world.smtp.held === 1);
  await world.rows(`ALTER TABLE emails ADD CONSTRAINT none_sent CHECK (status <> 'sent')`);
  world.smtp.releaseAll();
  const { status, body } = await sending;
  expect(status).toBe(500);
  expect(body).toMatchObject({ code: 'database_failed', status: 'pending', smtp_response_code: 250 });
  expect(await world.rows('SELECT message_id, status, smtp_response_code, sent_at FROM emails')).toEqual([
    { message_id: body['message_id'], status: 'pending', smtp_response_code: null, sent_at: null },
  ]);
  expect(service.workers.busy.value).toBe(0);

  expect(await health(service)).toMatchObject({ status: 503, message: expect.stringContaining('violates check constraint "none_sent"') });
  await world.rows('ALTER TABLE emails DROP CONSTRAINT none_sent');
  expect(await health(service)).toMatchObject({ status: 200 }); // though nobody has sent anything since
  expect(await world.rows('SELECT status FROM emails')).toEqual([{ status: 'pending' }]);
});

test('a connection that breaks is replaced, without a retry of what was on it', async () => {
  const service = await world.start({ DATABASE_CONNECTIONS: '1' });
  const lock = new pg.Client({ connectionString: world.postgres.adminUrl });
  await lock.connect();
  const breakConnection = () => lock.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mailsim'`);

  await lock.query('BEGIN; LOCK TABLE emails IN ACCESS EXCLUSIVE MODE');
  const sending = send(service);
  await until(async () => (await lock.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)).rowCount === 1);
  await breakConnection();
  expect((await sending).body).toMatchObject({ code: 'database_failed' });
  await lock.query('ROLLBACK');
  expect((await send(service)).status).toBe(200);

  await breakConnection(); // which is idle now; until the service has noticed, what needs it fails
  await until(async () => (await call(statusUrl(service))).status === 404);
  expect((await send(service)).status).toBe(200);
  await lock.end();
  expect(await world.rows('SELECT status FROM emails')).toEqual([{ status: 'sent' }, { status: 'sent' }]);
});

test('a database that does not come back with a statement is not healthy until it does', async () => {
  const store = await openStore({ databaseUrl: world.postgres.url, databaseConnections: 2 }, () => {});
  const check = createHealth(store, { answerMs: 300, statementMs: 500 });
  const lock = new pg.Client({ connectionString: world.postgres.adminUrl });
  await lock.connect();
  await check();

  await lock.query('BEGIN; LOCK TABLE emails IN ACCESS EXCLUSIVE MODE');
  const finding = [store.find(randomUUID(), new Stopwatch(() => {})), store.find(randomUUID(), new Stopwatch(() => {}))];
  await expect(check()).rejects.toThrow('no answer for 0.3 s'); // both connections wait
  await expect.poll(() => check().catch((error: Error) => error.message)).toContain('a statement has not come back for');
  await lock.query('ROLLBACK');
  await Promise.all(finding);
  await check();
  await lock.end();
  await store.close();
});
