import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { type Alarm, createAlarm } from '../harness/alarm.ts';
import { LOOPBACK } from '../harness/loopback.ts';
import { directivesOf } from '../isps/recipient.ts';
import { createClient } from './client.ts';
import { type PlaySettings, play } from './generator.ts';
import type { PlannedRequest, PlannedSend, PlannedStatus } from './plan.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: { to: string; from: string; subject: string; body_html: string } | null;
  readonly atMs: number;
  readonly respond: (status: number, body: object) => void;
}

/** A service that hands over each request when it has arrived whole. */
async function serve(handle: (asked: Asked) => void): Promise<URL> {
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const atMs = performance.now();
    const body = await text(request);
    handle({
      method: request.method!,
      url: request.url!,
      body: body === '' ? null : JSON.parse(body),
      atMs,
      respond(status, answer) {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer));
      },
    });
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://${LOOPBACK}:${(server.address() as AddressInfo).port}`);
}

async function run(target: URL, plan: readonly PlannedRequest[], settings: Partial<PlaySettings> & { answerWithinMs?: number } = {}) {
  const { answerWithinMs = 60_000, startWithinMs = 10_000 } = settings;
  const alarm = await createAlarm();
  const client = createClient(target, startWithinMs, answerWithinMs);
  cleanups.push(
    () => client.close(),
    () => alarm.close(),
  );
  return play(plan, client, alarm, { stretch: 1, startAtMs: alarm.now() + 20, ...settings, startWithinMs }).ended;
}

const send = (number: number, atMs: number, more: Partial<PlannedSend> = {}): PlannedSend => ({
  kind: 'send',
  number,
  atMs,
  isp: 'gmail',
  smtpMs: 80.3,
  reply: 'accepted',
  throttle: 0.25,
  ...more,
});
const status = (number: number, atMs: number, asksFor: number | null): PlannedStatus => ({ kind: 'status', number, atMs, asksFor });

test('makes what is planned, at its instants and never before, and records it', async () => {
  const asked: Asked[] = [];
  const target = await serve((each) => {
    asked.push(each);
    each.respond(200, { message_id: `id-${asked.length}`, status: 'sent', smtp_response_code: 250 });
  });
  const plan = Array.from({ length: 40 }, (_, i) => send(i, i * 5, { smtpMs: 10 + i / 8, reply: i % 4 === 0 ? 'bounced' : 'accepted' }));
  const { records, summary } = await run(target, plan, { stretch: 2 });

  expect(asked.length).toBe(40);
  for (const { method, url, body } of asked) {
    expect({ method, url, from: body!.from }).toEqual({ method: 'POST', url: '/api/v1/emails', from: 'load@mailsim.test' });
    const number = Number(/^r(\d+)\+/.exec(body!.to)![1]);
    const { smtpMs, reply, throttle } = plan[number]!;
    expect(directivesOf(body!.to)).toEqual({ delayMs: smtpMs, reply, throttle });
    expect(body!.to).toMatch(/@gmail\.test$/);
    expect(body!.body_html.length).toBe(2048);
  }
  expect(new Set(asked.map(({ body }) => body!.to)).size).toBe(40);

  expect(records.map(({ number }) => number)).toEqual(plan.map(({ number }) => number));
  for (const record of records) {
    expect(record).toMatchObject({ kind: 'send', isp: 'gmail', status: 200, outcome: 'sent', error: null });
    expect(record.intendedMs).toBe(plan[record.number]!.atMs * 2);
    expect(record.startedMs!).toBeGreaterThanOrEqual(record.intendedMs);
    expect(record.firstByteMs!).toBeGreaterThanOrEqual(record.startedMs!);
    expect(record.doneMs!).toBeGreaterThanOrEqual(record.firstByteMs!);
  }
  expect(new Set(records.map(({ messageId }) => messageId)).size).toBe(40);
  expect(summary).toMatchObject({ planned: 40, outcomes: { sent: 40, dropped: 0, inFlight: 0 } });
  expect(summary.latenessMs.p50).toBeGreaterThanOrEqual(0);
  expect(summary.latenessMs.max).toBeGreaterThanOrEqual(summary.latenessMs.p99);
});

test('waits for no answer: all have come before the first is answered', async () => {
  const waiting: Asked[] = [];
  const target = await serve((each) => {
    waiting.push(each);
    if (waiting.length === 150) for (const { respond } of waiting) respond(200, { message_id: randomUUID() });
  });
  const { summary } = await run(
    target,
    Array.from({ length: 150 }, (_, i) => send(i, i)),
  );
  expect(summary.outcomes.sent).toBe(150);
});

test('reuses connections that are idle', async () => {
  const sockets = new Set<unknown>();
  const server = createServer((request, response) => {
    sockets.add(request.socket);
    request.resume().on('end', () => response.end('{}'));
  });
  await once(server.listen(0, LOOPBACK), 'listening');
  cleanups.push(() => server.close());
  const target = new URL(`http://${LOOPBACK}:${(server.address() as AddressInfo).port}`);
  const alarm = await createAlarm();
  const client = createClient(target, 10_000, 10_000);
  cleanups.push(
    () => client.close(),
    () => alarm.close(),
  );
  for (let i = 0; i < 10; i++) await play([send(i, 0)], client, alarm, { stretch: 1, startAtMs: alarm.now(), startWithinMs: 10_000 }).ended;
  expect(sockets.size).toBeLessThanOrEqual(2); // one is still being put back when the next request comes
});

/** A clock that is moved by hand: what comes before what is no matter of luck then. */
function manualClock(presentMs: number) {
  let present = presentMs;
  let next: { dueMs: number; callback: () => void } | null = null;
  const alarm: Alarm = {
    now: () => present,
    at: (dueMs, callback) => {
      next = { dueMs, callback };
    },
    close: async () => {},
  };
  function moveTo(ms: number): void {
    present = ms;
    const due = next;
    if (due === null || due.dueMs > present) return;
    next = null;
    due.callback();
  }
  return { alarm, moveTo };
}

test('a status query asks for the send that the plan names, or for another where that has not been answered', async () => {
  const urls: string[] = [];
  let release = () => {};
  const target = await serve(({ url, body, respond }) => {
    const number = body && /^r(\d+)/.exec(body.to)![1];
    if (body === null) urls.push(url);
    if (number === '3') release = () => respond(200, { message_id: 'late' });
    else respond(200, { message_id: `id-${number}` });
  });
  const plan = [status(0, 0, null), send(1, 1), send(2, 2), send(3, 3), status(4, 4, 1), status(5, 5, 3), status(6, 6, 3)];
  const clock = manualClock(0);
  const client = createClient(target, 60_000, 60_000);
  cleanups.push(() => client.close());
  const { ended, progress } = play(plan, client, clock.alarm, { stretch: 1, startAtMs: 0, startWithinMs: 1 });
  for (const [ms, done] of [1, 2, 3, 3, 4, 5].entries()) {
    clock.moveTo(ms);
    await expect.poll(() => progress().done).toBe(done);
  }
  release();
  await expect.poll(() => progress().done).toBe(6);
  clock.moveTo(6);
  const { records, summary } = await ended;
  const queries = records.filter(({ kind }) => kind === 'status');
  expect(queries.map(({ asked }) => asked)).toEqual([null, 1, 2, 3]);
  expect(queries.slice(1).map(({ messageId }) => messageId)).toEqual(['id-1', 'id-2', 'late']);
  expect(queries[0]!.messageId).toMatch(/^[0-9a-f-]{36}$/);
  expect(urls).toEqual(queries.map(({ messageId }) => `/api/v1/emails/${messageId}/status`));
  expect(summary).toMatchObject({ askedAsPlanned: 3, askedInstead: 1, outcomes: { sent: 3, statusAnswered: 4 } });
});

test('what the service answers becomes the outcome', async () => {
  const answers = [
    [503, { code: 'pool_full' }, 'rejected'],
    [500, { code: 'smtp_timeout', message_id: 'a', status: 'failed' }, 'timedOut'],
    [500, { code: 'smtp_rejected', message_id: 'b', status: 'failed', smtp_response_code: 550 }, 'failed'],
    [502, { code: 'BAD_GATEWAY' }, 'aborted'],
    [400, { code: 'invalid_address' }, 'invalid'],
  ] as const;
  const target = await serve(({ body, respond }) => {
    const [code, answer] = answers[Number(/^r(\d)/.exec(body!.to)![1])]!;
    respond(code, answer);
  });
  const { records } = await run(
    target,
    answers.map((_, i) => send(i, i)),
  );
  expect(records.map(({ status, outcome, error }) => [status, outcome, error])).toEqual(
    answers.map(([code, answer, outcome]) => [code, outcome, answer.code]),
  );
});

test('a target that accepts no more connections: drops, each counted and none waited for', async () => {
  // A listener whose thread sleeps: the kernel completes as many connections as its backlog holds, and no more.
  const listener = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer().listen({ port: 0, host: '${LOOPBACK}', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
     });`,
    { eval: true, execArgv: [] },
  );
  cleanups.push(() => listener.terminate());
  const [port] = await once(listener, 'message');
  const plan = Array.from({ length: 10 }, (_, i) => send(i, i));
  const { records, summary } = await run(new URL(`http://${LOOPBACK}:${port}`), plan, { startWithinMs: 300, answerWithinMs: 1000 });
  const { dropped, inFlight } = summary.outcomes;
  expect(dropped).toBeGreaterThan(0);
  expect(dropped + inFlight).toBe(10);
  for (const { outcome, startedMs } of records) expect(startedMs === null).toBe(outcome === 'dropped');
});

test('what the generator itself is too late for is dropped, and not made', async () => {
  const asked: Asked[] = [];
  const target = await serve((each) => {
    asked.push(each);
    each.respond(200, {});
  });
  const clock = manualClock(0);
  const client = createClient(target, 60_000, 60_000);
  cleanups.push(() => client.close());
  const { ended } = play([send(0, 0), send(1, 1), send(2, 600)], client, clock.alarm, { stretch: 1, startAtMs: 0, startWithinMs: 500 });
  clock.moveTo(550); // half a second that it has slept through
  clock.moveTo(601);
  const { records, summary } = await ended;
  expect(records.map(({ outcome }) => outcome)).toEqual(['dropped', 'dropped', 'sent']);
  expect(summary.outcomes).toMatchObject({ dropped: 2, sent: 1 });
  expect(asked.length).toBe(1);
});

test('no answer within the limit: in flight when the generator gave up', async () => {
  const { records } = await run(await serve(() => {}), [send(0, 0)], { answerWithinMs: 200 });
  expect(records[0]).toMatchObject({ outcome: 'inFlight', status: null, firstByteMs: null });
  expect(records[0]!.startedMs).not.toBeNull();
});

test('no connection, or one that is closed without an answer: refused', async () => {
  const closing = createTcpServer((socket) => socket.destroy());
  await once(closing.listen(0, LOOPBACK), 'listening');
  const { port } = closing.address() as AddressInfo;
  const target = new URL(`http://${LOOPBACK}:${port}`);
  expect((await run(target, [send(0, 0)])).records[0]).toMatchObject({ outcome: 'refused' });
  await new Promise((resolve) => closing.close(resolve));
  expect((await run(target, [send(0, 0)])).records[0]).toMatchObject({ outcome: 'refused', startedMs: null });
});

test('a plan without requests ends at once', async () => {
  const { records, summary } = await run(new URL('http://127.0.0.1:1'), []);
  expect(records).toEqual([]);
  expect(summary).toMatchObject({ planned: 0, latenessMs: { p50: 0, max: 0 } });
});
