import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Postgres, startPostgres } from '../reference/harness/postgres.ts';
import { familyOf, isAlive } from '../reference/harness/testing.ts';
import { PARTS, pidOf, worlds } from './commands/testing.ts';

/** What the shell, the disk and somebody else's database have to do with `serve` and `load`. */

const { mailsim, serve } = worlds();
const SECRET = 'hunter2';

let files: string;
beforeAll(() => {
  files = mkdtempSync(join(tmpdir(), 'mailsim-surroundings-'));
});
afterAll(() => rmSync(files, { recursive: true }));

test('what the shell has set for something else reaches no part', async () => {
  const loaded = join(files, 'loaded');
  const spy = join(files, 'spy.cjs');
  writeFileSync(spy, `require('node:fs').appendFileSync(${JSON.stringify(loaded)}, process.pid + '\\n');`);
  mkdirSync(join(files, 'home'));
  writeFileSync(join(files, 'home/.pgpass'), '*:*:*:*:wrong\n', { mode: 0o600 });
  const { child, send, operations, family, exited, nothingLeft } = await serve([], {
    PGHOST: '192.0.2.1',
    PGUSER: 'nobody',
    PGDATABASE: 'nothing',
    PGSSLMODE: 'verify-full',
    PGOPTIONS: '-c no_such_setting=1',
    PGPASSFILE: join(files, 'home/.pgpass'),
    PGDATA: '/nowhere',
    HOME: join(files, 'home'),
    NODE_OPTIONS: `--require ${spy}`,
    NODE_ENV: 'development',
    NODE_USE_ENV_PROXY: '1',
    http_proxy: 'http://127.0.0.1:1',
    HTTP_PROXY: 'http://127.0.0.1:1',
    UV_THREADPOOL_SIZE: '1',
    DEBUG: '*',
    WORKERS: '1',
    DATABASE_CONNECTIONS: '1',
    LOG_LEVEL: 'trace',
    ALLOW_REMOTE_EXCHANGERS: 'yes',
    LC_ALL: 'de_DE.UTF-8',
  });
  expect((await send('a@gmail.test')).status).toBe(200);
  expect(await (await operations('/health')).json()).toMatchObject({ workers: { size: 50 } });
  expect(readFileSync(loaded, 'utf8')).toBe(`${child.pid}\n`);
  const environments = family()
    .filter(({ command }) => [PARTS.pod, PARTS.balancer, PARTS.isps, PARTS.keeper].some((part) => part.test(command)))
    .map(({ pid }) => execFileSync('ps', ['eww', '-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' }));
  expect(environments).toHaveLength(5);
  for (const text of environments)
    expect(text).not.toMatch(/PGHOST|PGSSLMODE|PGOPTIONS|PGPASSFILE|NODE_OPTIONS|proxy|UV_|DEBUG|LC_ALL|REMOTE/i);
  child.kill('SIGINT');
  expect(await exited).toBe(0);
  await nothingLeft();
});

describe('DATABASE_URL', () => {
  test.each([
    `postgress://user:${SECRET}@127.0.0.1/x`,
    `postgres//user:${SECRET}@127.0.0.1/x`,
    `postgres://user:${SECRET}@127.0.0.1:port/x`,
    `postgres://user:${SECRET}`,
    `postgres://user:%zz${SECRET}@127.0.0.1/x`,
    `postgres://us er:${SECRET}@[/x`,
    `user:${SECRET}@127.0.0.1`,
    `host=127.0.0.1 password=${SECRET}`,
    `http://127.0.0.1/x?user=a&password=${SECRET}`,
  ])('%s is bad input, and its password is not shown', async (url) => {
    const { exited, output, nothingLeft } = mailsim(['serve', '--stretch', '0'], { DATABASE_URL: url });
    expect(await exited).toBe(2);
    expect(output()).toMatch(/DATABASE_URL: found .*--stretch: found|--stretch: found [\s\S]*DATABASE_URL: found /);
    expect(output()).not.toContain(SECRET);
    await nothingLeft();
  });

  let theirs: Postgres;
  beforeAll(async () => {
    theirs = await startPostgres();
    await query(`CREATE ROLE limited LOGIN PASSWORD '${SECRET}%&' CONNECTION LIMIT 3; GRANT CREATE ON DATABASE mailsim TO limited`);
  });
  afterAll(() => theirs?.stop());

  async function query(sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: theirs.adminUrl });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
  const schemas = () => query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'mailsim%'`);
  const urlOf = (user: string, password: string) => {
    const url = new URL(theirs.url);
    return `postgres://${user}:${encodeURIComponent(password)}@${url.host}/mailsim`;
  };

  test.each([
    [
      'a pod that gets no connection',
      ['limited', `${SECRET}%&`],
      /pod-\d ended with exit code 1 before it was ready; its last words:\n.*could not start: .*too many connections for role "limited"/,
    ],
    [
      'a wrong password',
      ['limited', `${SECRET}?`],
      /PostgreSQL ended with exit code 1 before it was ready; its last words:\n.*password authentication failed for user "limited"/,
    ],
  ] as const)('%s says so, without the password, and nothing is left', async (_, [user, password], words) => {
    const { exited, output, nothingLeft } = mailsim(['serve'], { DATABASE_URL: urlOf(user, password) });
    expect(await exited).toBe(1);
    expect(output()).toMatch(words);
    expect(output()).not.toContain(SECRET);
    expect(output()).not.toMatch(/\n\s+at /);
    await nothingLeft();
    expect(await schemas()).toEqual([]);
  });

  test('a keeper that is killed leaves no schema', async () => {
    const { family, exited, output, nothingLeft } = await serve([], { DATABASE_URL: theirs.adminUrl });
    process.kill(pidOf(family(), 'keeper'), 'SIGKILL');
    expect(await exited).toBe(1);
    expect(output()).toContain('PostgreSQL was ended by SIGKILL');
    await nothingLeft();
    expect(await schemas()).toEqual([]);
  });

  test('if it is suspended, Ctrl-C ends serve nevertheless, which says what is left', async () => {
    const { child, exited, output, nothingLeft, family } = await serve([], { DATABASE_URL: theirs.adminUrl });
    family();
    const [{ nspname } = {}] = await schemas();
    const server = [theirs.processId!, ...familyOf(theirs.processId!).map(({ pid }) => pid)].filter(isAlive);
    for (const pid of server) process.kill(pid, 'SIGSTOP');
    try {
      child.kill('SIGINT');
      expect(await exited).toBe(1);
    } finally {
      for (const pid of server.filter(isAlive)) process.kill(pid, 'SIGCONT');
    }
    expect(output()).toContain(`the schema ${nspname} is left in the database: `);
    await nothingLeft();
  });
});

describe('--log', () => {
  const lines = (file: string) => readFileSync(file, 'utf8').split('\n');

  test('keeps what all parts write, after what is there', async () => {
    const file = join(files, 'parts.log');
    writeFileSync(file, 'before\n');
    const { child, send, exited } = await serve(['--log', file]);
    await send('a@gmail.test');
    await vi.waitUntil(() => lines(file).some((line) => /^pod-\d \{.*"msg":"answered"\}$/.test(line)), { timeout: 60_000 });
    child.kill('SIGINT');
    expect(await exited).toBe(0);
    expect(lines(file)[0]).toBe('before');
    expect(lines(file).some((line) => /^PostgreSQL .*ready to accept connections$/.test(line))).toBe(true);
    expect(lines(file).filter((line) => /^pod-\d \{.*"msg":"stopped"\}$/.test(line))).toHaveLength(2);
  });

  test('a full disk is told once and ends nothing', async () => {
    const { child, send, output, exited } = await serve(['--log', '/dev/full']);
    for (let i = 0; i < 3; i++) expect((await send('a@gmail.test')).status).toBe(200);
    child.kill('SIGINT');
    expect(await exited).toBe(0);
    expect(output().match(/mailsim: could .*/g)).toEqual(['mailsim: could not write all of /dev/full (no space left on device)']);
  });

  test.each(['serve', 'load'])('of %s: a file that cannot be opened is bad input', async (command) => {
    execFileSync('mkfifo', [join(files, `${command}.fifo`)]);
    const { exited, output } = mailsim([command, '--log', join(files, 'nowhere/x'), '--stretch', '0']);
    expect(await exited).toBe(2);
    expect(output()).toMatch(/--log: found .*no such file[\s\S]*--stretch|--stretch[\s\S]*--log: found .*no such file/);
    const unread = mailsim([command, '--log', join(files, `${command}.fifo`)]);
    expect(await unread.exited).toBe(2);
    expect(unread.output()).toContain('--log: found');
  });
});

/** A disk of its own, in memory; null if this user may not mount one. */
function mountDisk(megabytes: number): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'mailsim-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'mailsim', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

describe('a full disk', () => {
  const disk = mountDisk(60);
  afterAll(() => {
    if (disk === null) return;
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true });
  });
  const fill = () => {
    try {
      writeFileSync(join(disk!, 'filler'), Buffer.alloc(60 * 2 ** 20));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
  };

  test.skipIf(disk === null)('is told, by /health too, until there is room again (skipped if this user may not mount a disk)', async () => {
    const { child, send, operations, says, exited, output } = await serve([], { TMPDIR: disk! });
    fill();
    const html = 'x'.repeat(100_000).replaceAll('x', () => Math.random().toString(36)[2] ?? '');
    const statuses = new Set<number>();
    await vi.waitUntil(async () => statuses.add((await send('a+delay=1@gmail.test', html)).status).has(500), { timeout: 60_000 });
    await says('pod-\\d: This pod cannot use its database. \\(.*No space left on device\\)');
    rmSync(join(disk!, 'filler'));
    const from = output().length;
    await says('pod-\\d: well again', from);
    expect((await operations('/health')).status).toBe(200);
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  });

  test.skipIf(disk === null)('before it starts: the reason (skipped if this user may not mount a disk)', async () => {
    fill();
    const { exited, output } = mailsim(['serve'], { TMPDIR: disk! });
    expect(await exited).toBe(1);
    expect(output()).toMatch(/PostgreSQL ended with exit code 1 before it was ready; [\s\S]*no space left on device/i);
    rmSync(join(disk!, 'filler'));
  });
});
