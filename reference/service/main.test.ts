import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Answer, call, send, startWorld, until, validEmail, type World } from './testing.ts';

/** The service as a process. */

const main = join(import.meta.dirname, 'main.ts');

let world: World;
const processes: ChildProcess[] = [];
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
});
afterAll(() => world?.stop());

function run(env: Readonly<Record<string, string>>): { child: ChildProcess; ended: Promise<unknown[]>; output: () => string } {
  let output = '';
  const child = fork(main, { env, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  processes.push(child);
  return { child, ended: once(child, 'close'), output: () => output };
}

async function start(env: Readonly<Record<string, string>> = {}) {
  const process = run({ ...world.env, ...env });
  const [{ listening }] = (await once(process.child, 'message')) as [{ listening: { url: string; operationsUrl: string } }];
  return { ...process, ...listening };
}

const hanging = { ...validEmail, to: 'hang@gmail.test' };

test('a bad configuration ends it with 2 and a list of all faults', async () => {
  const { ended, output } = run({ PORT: 'x', WORKERS: '0' });
  expect(await ended).toEqual([2, null]);
  for (const name of ['PORT', 'WORKERS', 'DATABASE_URL']) expect(output()).toContain(`${name}: found`);
});

test('a database that cannot be reached ends it with 1', async () => {
  const { ended, output } = run({ ...world.env, DATABASE_URL: 'postgres://x@127.0.0.1:1/x', LOG_LEVEL: 'warn' });
  expect(await ended).toEqual([1, null]);
  expect(output()).toContain('could not start');
});

test.each(['PORT', 'OPERATIONS_PORT'])('a port that is taken (%s) ends it with 1', async (name) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { ended, output } = run({ ...world.env, [name]: String(port), LOG_LEVEL: 'warn' });
  expect(await ended).toEqual([1, null]);
  expect(output()).toContain(`listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
  taken.close();
});

test('SIGTERM: new work is refused, what is in flight is finished, and it ends with 0', async () => {
  const { child, ended, url, operationsUrl } = await start();
  const inFlight = [send({ url }, hanging), send({ url }, hanging)];
  await until(() => world.smtp.held === 2);
  child.kill('SIGTERM');
  let refused: Answer | undefined;
  await until(async () => {
    refused = await call(`${operationsUrl}/health`);
    return refused.status === 503;
  });
  for (const answer of [refused!, await send({ url }), await call(`${url}/api/v1/emails/x/status`)]) {
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ code: 'shutting_down' });
    expect(answer.headers.get('retry-after')).toBe('1');
  }
  world.smtp.releaseAll();
  for (const answer of await Promise.all(inFlight)) expect(answer.status).toBe(200);
  expect(await ended).toEqual([0, null]);
});

test('SIGTERM while nobody answers: it ends when the deadline has passed', async () => {
  const { child, ended, url } = await start({ SMTP_TIMEOUT_MS: '1000' });
  const inFlight = send({ url }, hanging);
  await until(() => world.smtp.held === 1);
  child.kill('SIGTERM');
  expect((await inFlight).body).toMatchObject({ code: 'smtp_timeout', status: 'failed' });
  expect(await ended).toEqual([0, null]);
  world.smtp.releaseAll();
});

test('it does not outlive its parent', async () => {
  const { child } = await start();
  const exited = once(child, 'exit');
  child.disconnect(); // what it sees when the parent is killed
  expect(await exited).toEqual([0, null]);
});

test('it logs nothing by default, and one line a request at info', async () => {
  const quiet = await start({ LOG_LEVEL: '' });
  const { body } = await send(quiet);
  await send(quiet, 'no JSON');
  quiet.child.kill('SIGTERM');
  await quiet.ended;
  expect(quiet.output()).toBe('');
  expect(body).toMatchObject({ status: 'sent' });

  const loud = await start({ LOG_LEVEL: 'info' });
  await send(loud);
  await until(() => loud.output().includes('answered')); // the line comes after the response
  loud.child.kill('SIGTERM');
  await loud.ended;
  const lines = loud
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ msg }) => msg)).toEqual([
    `listening at ${loud.url}`,
    `operations at ${loud.operationsUrl}`,
    'answered',
    'stopping',
    'stopped',
  ]);
  expect(lines[2]).toMatchObject({ pod: 'pod-under-test', method: 'POST', status: 200, timing: expect.stringContaining('smtp;dur=') });
});
