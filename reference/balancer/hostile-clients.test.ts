import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loadScenario } from '../../fixtures/scenario.ts';
import { LOOPBACK } from '../harness/loopback.ts';
import type { World } from '../harness/world.ts';

/** What hostile clients can do to honest ones, with all parts as they are shipped: in processes of their own, from what `npm test` has built. */

const WORKERS = 20;
let world: World;
beforeAll(async () => {
  const built = '../../dist/reference/harness/world.js';
  const { startWorld } = (await import(built)) as typeof import('../harness/world.ts');
  const set = ['pods.count=2', `pods.workers=${WORKERS}`, 'database.connections=20'];
  world = await startWorld({ scenario: loadScenario({ set }), stretch: 1, database: 'emulated', tls: false });
}, 60_000);
afterAll(() => world?.stop());

const agent = new Agent({ keepAlive: true });
const hostile: Socket[] = [];
afterEach(() => {
  for (const socket of hostile.splice(0)) socket.destroy();
  agent.destroy();
});

interface Answer {
  readonly status: number;
  readonly body: { readonly code?: string };
}

/** Sends an email as an honest client does. */
function send(delayMs = 50, html = '<p>Hi</p>', chunked = false): Promise<Answer> {
  const body = JSON.stringify({ from: 'shop@example.com', to: `x+delay=${delayMs}@gmail.test`, subject: 'Hello', body_html: html });
  const headers = { 'content-type': 'application/json', ...(chunked ? {} : { 'content-length': Buffer.byteLength(body) }) };
  return new Promise((resolve, reject) => {
    httpRequest(`${world.url}/api/v1/emails`, { agent, method: 'POST', headers }, async (response) =>
      resolve({ status: response.statusCode!, body: JSON.parse(await text(response)) }),
    )
      .on('error', reject)
      .end(body);
  });
}

/** A connection that begins with these bytes, and what comes back on it. */
function open(bytes: string): { socket: Socket; received: () => string } {
  let received = '';
  const socket = connect(Number(new URL(world.url).port), LOOPBACK, () => socket.write(bytes));
  socket.on('error', () => {}).on('data', (data) => (received += data));
  hostile.push(socket);
  return { socket, received: () => received };
}

const HEAD = 'POST /api/v1/emails HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

/** Sends a chunked body that never ends, as fast as it is taken. */
function sendEndlessly() {
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const client = open(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
  const go = () => {
    while (!client.socket.destroyed && client.socket.write(chunk));
  };
  client.socket.once('connect', go).on('drain', go);
  return client;
}

/** Resident memory of the balancer, MB. */
const rssMb = () => Number(execFileSync('ps', ['-o', 'rss=', '-p', `${world.balancer.pid}`], { encoding: 'utf8' })) / 1024;
const statuses = (answers: readonly Answer[]) => new Set(answers.map(({ status }) => status));
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
const times = <T>(n: number, work: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => work(i));

test('200 hostile clients beside 200 honest ones: 200, or 503 while every worker of the pod is busy', async () => {
  const endless = times(50, sendEndlessly);
  const declared = times(50, () => open(`${HEAD}Content-Length: 5000000\r\n\r\n${'x'.repeat(2_000_000)}`));
  const halfHeads = times(50, () => open('GET /api/v1/emails/'));
  const holding = times(50, () => send(5_000)); // more than there are workers
  const answers: Answer[] = [];
  let peakMb = 0;
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, rssMb());
  }, 250);
  await Promise.all(
    times(200, async () => {
      for (let i = 0; i < 5; i++) answers.push(await send());
    }),
  );
  for (const { status, body } of answers) expect([status, body.code]).toEqual(status === 200 ? [200, undefined] : [503, 'pool_full']);
  await Promise.all(holding);
  await expect.poll(() => halfHeads.filter(({ received }) => received() === '')).toEqual([]);
  for (const { received } of declared) expect(received()).toContain('"code":"body_too_large"');
  for (const { received } of endless) expect(received()).toMatch(/"code":"(body_too_large|pool_full)"/);
  for (const { received } of halfHeads) expect(received()).toContain('"code":"request_timeout"');
  expect(statuses(await Promise.all(times(20, () => send())))).toEqual(new Set([200]));
  clearInterval(watch);
  expect(peakMb).toBeGreaterThan(0);
  expect(peakMb).toBeLessThan(200);
});

test('heads that do not come to their end are 408; who never sends a byte is closed without a word', async () => {
  const half = open('GET /api');
  const silent = open('');
  await expect.poll(() => half.socket.destroyed && silent.socket.destroyed).toBe(true);
  expect(half.received()).toMatch(/^HTTP\/1.1 408 [\s\S]*"code":"request_timeout"/);
  expect(silent.received()).toBe('');
});

test('pipelined requests are answered one after the other, and dropped with their connection', async () => {
  const request = `GET /api/v1/emails/${randomUUID()}/status HTTP/1.1\r\nHost: x\r\n\r\n`;
  const { received } = open(request.repeat(1000));
  await expect.poll(() => received().match(/"message_not_found"/g)?.length).toBe(1000);

  const before = await world.balancer.counts();
  const leaving = times(5, () => open(request.repeat(1000)));
  await expect.poll(() => leaving.every(({ received }) => received() !== '')).toBe(true);
  for (const { socket } of leaving) socket.resetAndDestroy();
  await expect.poll(async () => (await world.balancer.counts()).connections).toBeLessThanOrEqual(before.connections);
  const { forwarded } = await world.balancer.counts();
  await send();
  const after = await world.balancer.counts();
  expect(sum(after.forwarded) - sum(forwarded)).toBe(1); // nothing of theirs is left
  expect(sum(forwarded) - sum(before.forwarded)).toBeLessThan(5000);
});

test('clients that never read cost next to no memory, and the others nothing', async () => {
  const beforeMb = rssMb();
  for (const { socket } of times(50, () => open(`GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(10_000)))) socket.pause();
  for (let i = 0; i < 20; i++) expect((await send()).status).toBe(200);
  expect(rssMb() - beforeMb).toBeLessThan(120);
});

test.each([false, true])('a body of 1.1 MB is 413 and nothing else, 80 times; bystanders do not suffer (chunked: %s)', async (chunked) => {
  const large = times(80, () => send(50, 'x'.repeat(1_100_000), chunked));
  const honest = times(20, () => send());
  for (const { status, body } of await Promise.all(large)) expect([status, body.code]).toEqual([413, 'body_too_large']);
  expect(statuses(await Promise.all(honest))).toEqual(new Set([200]));
  expect(await world.balancer.counts()).toMatchObject({ podsUp: 2 });
});

test.each([false, true])('a valid body of 900 KB is 503 if the pool is full, never 502 (chunked: %s)', async (chunked) => {
  const holding = times(2 * WORKERS, () => send(4_000));
  await expect.poll(async () => (await send(1)).status).toBe(503);
  for (const answer of await Promise.all(times(20, () => send(1, 'x'.repeat(900_000), chunked)))) {
    expect([answer.status, answer.body.code]).toEqual([503, 'pool_full']);
  }
  await Promise.all(holding);
  expect((await send()).status).toBe(200);
});
