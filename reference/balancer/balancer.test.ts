import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, expect, test } from 'vitest';
import { LOOPBACK } from '../harness/loopback.ts';
import { createProcesses } from '../harness/processes.ts';
import { errors } from '../http/errors.ts';
import { type BalancerCounts, type BalancerOptions, forkBalancer, startBalancer } from './balancer.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A pod that answers as it is told; by default with its name. */
async function pod(name: string, handler: Handler = (_request, response) => response.end(name), port = 0) {
  const server: Server = createServer(handler);
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  const url = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  const crash = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  cleanups.push(crash);
  return { url, port: Number(new URL(url).port), crash };
}

async function balance(pods: readonly { url: string }[], options: Partial<BalancerOptions> = {}) {
  const running = await startBalancer({
    latencyMs: 0,
    maxConnections: 100,
    answerWithinMs: 60_000,
    stretch: 1,
    ...options,
    pods: pods.map(({ url }) => url),
  });
  cleanups.push(() => running.stop());
  return { url: running.listening.url, counts: () => running.answer?.('counts') as BalancerCounts };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

function ask(url: string, body: string | null = null, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent, method: body === null ? 'GET' : 'POST', headers }, (response) =>
      text(response).then((body) => resolve({ status: response.statusCode!, headers: response.headers, body }), reject),
    );
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

test('forwards to the pods in turn', async () => {
  const { url, counts } = await balance([await pod('a'), await pod('b'), await pod('c')]);
  const answers: string[] = [];
  for (let i = 0; i < 7; i++) answers.push((await ask(url)).body);
  expect(answers).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
  expect(counts()).toEqual({ forwarded: [3, 2, 2], ended: { answered: 7 }, refused: 0, gaveWay: 0, connections: 1, podsUp: 3 });
});

test('passes requests and answers through as they are', async () => {
  const echo = await pod('echo', async (request, response) => {
    const body = await text(request);
    response.writeHead(503, 'Too Busy', { 'Retry-After': '1', 'X-Names': ['a', 'b'], 'content-type': 'application/json' });
    response.end(JSON.stringify({ method: request.method, url: request.url, header: request.headers['x-test'], body }));
  });
  const { url } = await balance([echo]);
  const body = 'ä'.repeat(50_000);
  const answer = await ask(`${url}/api/v1/emails?x=%20y`, body, { 'X-Test': 'kept' });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1', 'x-names': 'a, b', 'content-type': 'application/json' } });
  expect(JSON.parse(answer.body)).toEqual({ method: 'POST', url: '/api/v1/emails?x=%20y', header: 'kept', body });
});

test('keeps its connections to a pod', async () => {
  const seen = new Set<unknown>();
  const one = await pod('one', (request, response) => {
    seen.add(request.socket);
    response.end();
  });
  const { url } = await balance([one]);
  for (let i = 0; i < 5; i++) await ask(url);
  expect(seen.size).toBe(1);
});

test('adds its latency, stretched, and never less', async () => {
  const arrived: number[] = [];
  const one = await pod('one', (_request, response) => {
    arrived.push(performance.now());
    response.end();
  });
  const { url } = await balance([one], { latencyMs: 1.5, stretch: 4 });
  for (let i = 0; i < 30; i++) {
    const beganMs = performance.now();
    await ask(url);
    expect(arrived[i]! - beganMs).toBeGreaterThanOrEqual(6);
  }
});

test('a pod that crashes: 502 for what it held, then it is skipped until it is back', async () => {
  let held = () => {};
  const holding = new Promise<void>((resolve) => {
    held = resolve;
  });
  const [a, b] = [await pod('a', () => held()), await pod('b')];
  const { url, counts } = await balance([a, b]);
  const inFlight = ask(url);
  await holding;
  await a.crash();
  const answer = await inFlight;
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.body)).toEqual({ code: 'pod_broke_off', message: errors.pod_broke_off.message });
  for (let i = 0; i < 4; i++) expect((await ask(url)).body).toBe('b');
  expect(counts()).toMatchObject({ ended: { pod_broke_off: 1, answered: 4 }, podsUp: 1 });
  await pod('a again', undefined, a.port);
  await expect.poll(() => counts().podsUp).toBe(2);
  expect(new Set([(await ask(url)).body, (await ask(url)).body])).toEqual(new Set(['a again', 'b']));
});

test('a pod that is down costs nothing: the next one gets the request, body and all; if none is up, all get 502', async () => {
  const [a, b] = [await pod('a'), await pod('b', async (request, response) => response.end(await text(request)))];
  await a.crash();
  const { url, counts } = await balance([a, b]);
  const body = 'x'.repeat(100_000);
  expect((await ask(url, body)).body).toBe(body);
  expect((await ask(url, body)).body).toBe(body);
  await b.crash();
  for (let i = 0; i < 2; i++) {
    const answer = await ask(url);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toEqual({ code: 'no_pod', message: errors.no_pod.message });
  }
  expect(counts()).toMatchObject({ ended: { answered: 2, no_pod: 2 }, podsUp: 0 });
});

test('a client that leaves is no fault of the pod', async () => {
  let held = () => {};
  const holding = new Promise<void>((resolve) => {
    held = resolve;
  });
  const gone = Promise.withResolvers<void>();
  const one = await pod('one', (request, _response) => {
    request.socket.once('close', () => gone.resolve());
    held();
  });
  const { url, counts } = await balance([one]);
  const socket = connect(Number(new URL(url).port), LOOPBACK, () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
  await holding;
  socket.resetAndDestroy();
  await gone.promise; // the pod's connection ends with it
  expect(counts()).toMatchObject({ ended: { client_gone: 1 }, podsUp: 1 });
});

test('a pod that does not answer in time is given up with 504, and stays in the rotation', async () => {
  const one = await pod('slow', (request, response) => (request.url === '/slow' ? undefined : response.end('quick')));
  const { url, counts } = await balance([one], { answerWithinMs: 100 });
  const answer = await ask(`${url}/slow`);
  expect(answer.status).toBe(504);
  expect(JSON.parse(answer.body)).toEqual({ code: 'pod_timeout', message: errors.pod_timeout.message });
  expect((await ask(url)).body).toBe('quick');
  expect(counts()).toMatchObject({ ended: { pod_timeout: 1, answered: 1 }, podsUp: 1 });
});

test('a pod that breaks off in the middle of its answer ends the connection: half an answer cannot be taken back', async () => {
  const one = await pod('half', (request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half', () => request.socket.destroy());
  });
  const { url, counts } = await balance([one]);
  await expect(ask(url)).rejects.toThrow('aborted');
  expect(counts()).toMatchObject({ ended: { pod_broke_off: 1 }, podsUp: 1 });
});

test('at the limit of connections the one that was idle for longest gives way; if all have requests, the new one is refused', async () => {
  const held: ServerResponse[] = [];
  const one = await pod('a', (request, response) => (request.url === '/hold' ? held.push(response) : response.end('a')));
  const { url, counts } = await balance([one], { maxConnections: 2 });
  const open = () => connect(Number(new URL(url).port), LOOPBACK).on('error', () => {});
  const never = open();
  await once(never, 'connect');
  const used = open();
  used.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(used, 'data');
  expect(counts()).toMatchObject({ connections: 2, gaveWay: 0 });

  const gone: string[] = [];
  never.once('close', () => gone.push('never')).resume();
  used.once('close', () => gone.push('used')).resume();
  const hold = async () => {
    const socket = open();
    socket.write('GET /hold HTTP/1.1\r\nHost: x\r\n\r\n');
    const before = held.length;
    await expect.poll(() => held.length).toBe(before + 1);
    return socket;
  };
  const third = await hold();
  await expect.poll(() => gone).toEqual(['never']); // what has made no request yet goes first
  const fourth = await hold();
  await expect.poll(() => gone).toEqual(['never', 'used']);
  await once(open().resume(), 'close');
  expect(counts()).toMatchObject({ connections: 2, gaveWay: 2, refused: 1 });

  for (const response of held) response.end('held');
  await Promise.all([once(third, 'data'), once(fourth, 'data')]);
  expect((await ask(url)).body).toBe('a'); // over a connection of its own, for which one of them gave way
  expect(counts()).toMatchObject({ connections: 2, gaveWay: 3, refused: 1, ended: { answered: 4 } });
});

test('as a process; a pod beyond the loopback is refused', async () => {
  const processes = createProcesses();
  cleanups.push(() => processes.stop());
  const process = await forkBalancer(processes, { pods: [(await pod('a')).url] });
  expect((await ask(process.listening.url)).body).toBe('a');
  expect(await process.counts()).toMatchObject({ forwarded: [1], podsUp: 1 });
  expect(await process.stop()).toEqual({ code: 0, signal: null });

  const others = createProcesses();
  await expect(forkBalancer(others, { pods: ['http://192.0.2.1:80'] })).rejects.toThrow('not on the loopback');
});
