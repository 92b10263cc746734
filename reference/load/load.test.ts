import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { scenarioOf } from '../../sim/testing.ts';
import { LOOPBACK } from '../harness/loopback.ts';
import { createProcesses } from '../harness/processes.ts';
import { forkLoad } from './load.ts';
import { planRequests } from './plan.ts';
import type { LoadRecord } from './record.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const scenario = scenarioOf({});
const common = { scenario, seed: '7/0', ratePerSecond: 200, untilMs: 1000 };

test('as a process: one record for each request of the workload, written as NDJSON', async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    if (request.method === 'POST') bodies.push(JSON.parse(body).to);
    response.end(JSON.stringify({ message_id: crypto.randomUUID(), status: 'sent' }));
  });
  await once(server.listen(0, LOOPBACK), 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'mailsim-load-'));
  const processes = createProcesses();
  cleanups.push(
    () => server.close(),
    () => rmSync(folder, { recursive: true }),
    () => processes.stop(),
  );
  const records = join(folder, 'records.ndjson');
  const target = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  const load = await forkLoad(processes, { ...common, target, records, stretch: 0.5, startWithinMs: 60_000 });

  const plan = planRequests({ ...common, file: null }, common.untilMs);
  expect(load.listening).toEqual({ planned: plan.length });
  expect(await load.progress()).toEqual({ planned: plan.length, begun: 0, done: 0 });
  const summary = await load.play();
  const sends = plan.filter(({ kind }) => kind === 'send').length;
  expect(summary.outcomes).toMatchObject({ sent: sends, statusAnswered: plan.length - sends, dropped: 0 });
  expect(await load.progress()).toEqual({ planned: plan.length, begun: plan.length, done: plan.length });
  await expect(load.play()).rejects.toThrow('it plays already');

  const written = readFileSync(records, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LoadRecord);
  expect(written.map(({ number, kind, intendedMs }) => ({ number, kind, intendedMs }))).toEqual(
    plan.map(({ number, kind, atMs }) => ({ number, kind, intendedMs: atMs * 0.5 })),
  );
  expect(bodies.length).toBe(sends);
  expect(await load.stop()).toEqual({ code: 0, signal: null });
});

test('a target beyond the loopback is refused', async () => {
  await expect(forkLoad(createProcesses(), { ...common, target: 'http://192.0.2.1' })).rejects.toThrow('not on the loopback');
});

test('bad options are refused at once', async () => {
  await expect(forkLoad(createProcesses(), { ...common, target: 'http://127.0.0.1:1', ratePerSecond: 0 })).rejects.toThrow(
    /ratePerSecond: found 0/,
  );
});
