import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Postgres, startPostgres } from './postgres.ts';
import { isAlive } from './testing.ts';

/** A private PostgreSQL comes and goes without a trace. Each test has a temporary directory of its own, which its databases are in. */

let folder: string;
const before = process.env['TMPDIR'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailsim-postgres-test-'));
  execFileSync('chmod', ['777', folder]); // the server is another user's where the test is root's
  process.env['TMPDIR'] = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  rmSync(folder, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Resolves when what is said to go is gone: the test's own timeout is the bound. */
async function gone(processId: number): Promise<void> {
  while (isAlive(processId) || readdirSync(folder).length > 0) await pause(10);
}

test('two at once, on loopback, for a plain role, and nothing is left', async () => {
  const both = await Promise.all([startPostgres(), startPostgres({ maxConnections: 7 })]);
  const settings = await Promise.all(
    both.map(({ url }) =>
      query(url, `SELECT current_setting('max_connections') AS connections, current_setting('listen_addresses') AS host`),
    ),
  );
  expect(settings.flat()).toEqual([
    { connections: '120', host: '127.0.0.1' },
    { connections: '7', host: '127.0.0.1' },
  ]);
  for (const { url, adminUrl } of both) {
    const superuser = 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user';
    expect(await query(url, superuser)).toEqual([{ rolsuper: false }]);
    expect(await query(adminUrl, superuser)).toEqual([{ rolsuper: true }]);
  }
  for (const each of both) {
    await each.stop();
    await each.stop();
    expect(isAlive(each.processId!)).toBe(false);
  }
  expect(readdirSync(folder)).toEqual([]);
});

test('it ends although a connection is open', async () => {
  const postgres = await startPostgres();
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => {});
  await client.connect();
  const sleeping = client.query('SELECT pg_sleep(600)').catch((error: Error) => error.message);
  await postgres.stop();
  expect(await sleeping).toMatch(/terminat/);
  await client.end();
  expect(readdirSync(folder)).toEqual([]);
});

/** A process that starts a database and does `then` with it. */
function parent(then: string) {
  const file = join(folder, '..', `${folder.split('/').pop()}.mts`);
  writeFileSync(file, `import { startPostgres } from '${join(import.meta.dirname, 'postgres.ts')}';\n${then}`);
  const child = fork(file, { execArgv: [], env: process.env });
  return { child, remove: () => rmSync(file) };
}

test('it does not outlive its parent, not even one that is killed', async () => {
  const { child, remove } = parent('const { processId } = await startPostgres(); process.send(processId); setInterval(() => {}, 1e6);');
  const [processId] = (await once(child, 'message')) as [number];
  expect(isAlive(processId)).toBe(true);
  child.kill('SIGKILL');
  await gone(processId);
  remove();
});

test('nor one that is killed while it starts', async () => {
  const { child, remove } = parent('startPostgres().catch(() => {}); setInterval(() => {}, 1e6);');
  while (readdirSync(folder).length === 0) await pause(5);
  child.kill('SIGKILL');
  while (readdirSync(folder).length > 0) await pause(10);
  remove();
});

test('a start that fails half-way says why and leaves nothing', async () => {
  await expect(startPostgres({ maxConnections: 0 })).rejects.toThrow(
    /PostgreSQL ended with exit code 1 before it was ready; .*max_connections/s,
  );
  expect(readdirSync(folder)).toEqual([]);
  await expect(startPostgres({ databaseUrl: 'postgres://x@127.0.0.1:1/x' })).rejects.toThrow('ECONNREFUSED');
  process.env['TMPDIR'] = join(folder, 'nowhere');
  await expect(startPostgres()).rejects.toThrow('ENOENT');
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
});

test("somebody else's database: a schema of its own, gone at the end, also when the parent is killed", async () => {
  const theirs: Postgres = await startPostgres();
  const schemas = () => query(theirs.adminUrl, `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'mailsim%'`);
  const roles = () => query(theirs.adminUrl, `SELECT rolname FROM pg_roles WHERE rolname LIKE 'mailsim\\_%'`);
  try {
    await query(theirs.adminUrl, 'GRANT CREATE ON DATABASE mailsim TO mailsim');
    for (const databaseUrl of [theirs.adminUrl, theirs.url]) {
      const ours = await startPostgres({ databaseUrl });
      expect(ours.processId).toBe(null);
      await query(ours.url, 'CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)');
      expect(await query(ours.adminUrl, 'SELECT x FROM t')).toEqual([{ x: 1 }]);
      expect(await query(ours.url, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([{ rolsuper: false }]);
      await ours.stop();
      expect([await schemas(), await roles()]).toEqual([[], []]);
    }
    const { child, remove } = parent(
      `await startPostgres({ databaseUrl: '${theirs.adminUrl}' }); process.send('ready'); setInterval(() => {}, 1e6);`,
    );
    await once(child, 'message');
    expect(await schemas()).toHaveLength(1);
    child.kill('SIGKILL');
    while ((await schemas()).length + (await roles()).length > 0) await pause(10);
    remove();
  } finally {
    await theirs.stop();
  }
});
