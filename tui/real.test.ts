import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadScenario } from '../fixtures/scenario.ts';
import { descendants, isAlive } from '../reference/harness/testing.ts';
import type { LoadRecord } from '../reference/load/record.ts';
import { drawWorkload, REPLIES, SEND } from '../sim/workload/workload.ts';

/** The commands that start the real service, as a user runs them. Nothing is mocked. `npm test` has built them. */

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist/tui/main.js');
const JSON_TYPE = { 'content-type': 'application/json' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailsim-real-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/** Starts `serve` and waits for its first line. */
async function serve(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, 'serve', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await vi.waitUntil(() => output.includes('Ctrl-C') || child.exitCode !== null, { timeout: 60_000 });
  const [, url = ''] = /service +(\S+)/.exec(output) ?? [];
  const [, operations = ''] = /documents +(\S+)\/openapi.json/.exec(output) ?? [];
  return { child, url, operations, output: () => output, exited };
}

async function gone(pids: readonly number[]): Promise<void> {
  await vi.waitUntil(() => !pids.some(isAlive), { timeout: 60_000 });
}

describe('serve', () => {
  test("answers the README's curl lines as it shows, and Ctrl-C leaves nothing", async () => {
    const [, session = ''] = /```sh-session\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
    const steps = [...session.matchAll(/\$ (curl .*?)( &)?\n((?!\$).*\n)?/g)];
    expect(steps).toHaveLength(5);
    const { child, url, operations, exited } = await serve(
      '--set',
      'pods.count=1',
      '--set',
      'pods.workers=1',
      '--set',
      'database.connections=20',
    );
    const pids = descendants(child.pid!);
    let messageId = '';
    for (const [, command, background, shown] of steps) {
      const env = { ...process.env, SERVICE: url, MESSAGE_ID: messageId };
      if (background !== undefined) {
        running.add(spawn('bash', ['-c', command!], { env, stdio: 'ignore' }));
        await vi.waitUntil(async () => /^emails_workers_busy 1$/m.test(await (await fetch(`${operations}/metrics`)).text()), {
          timeout: 10_000,
        });
        continue;
      }
      const printed = execFileSync('bash', ['-c', command!], { env, encoding: 'utf8' });
      messageId ||= JSON.parse(printed).message_id;
      expect(printed.replace(/"(message_id|sent_at)":"[^"]+"/g, '"$1":"…"')).toBe(shown!.trimEnd());
    }
    child.kill('SIGINT');
    expect(await exited).toBe(0);
    await gone(pids);
  });

  test('with STARTTLS it sends too', async () => {
    const { child, url, exited } = await serve('--tls', '--set', 'pods.count=1', '--set', 'database.connections=20');
    const email = { from: 'shop@example.com', to: 'ann@gmail.test', subject: 'Hello', body_html: '<p>Hi</p>' };
    const answer = await fetch(`${url}/api/v1/emails`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(email) });
    expect(await answer.json()).toMatchObject({ status: 'sent' });
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  });

  test('a crash of the harness leaves nothing', async () => {
    const { child, exited } = await serve('--set', 'pods.count=2', '--set', 'database.connections=40');
    const pids = descendants(child.pid!);
    expect(pids.length).toBeGreaterThan(5); // pods, ISPs, balancer, the database's keeper and its server
    child.kill('SIGKILL');
    await exited;
    await gone(pids);
  });

  test.each([
    ['a queue, which the real service has not', ['--set', 'pods.queueCapacity=5'], 'pods.queueCapacity'],
    ['a stretch below 1', ['--stretch', '0.5'], '--stretch'],
    ['database times that are neither', ['--database', 'slow'], '--database'],
    ['a fault that is not injected', ['--set', 'faults=[{"kind":"podCrash","atMs":1,"forMs":1,"pod":0}]'], 'faults.0'],
    [
      'many at once',
      ['--stretch', 'x', '--database', 'y', '--seed', 'z', '--set', 'balancer.policy=random'],
      '--stretch --database --seed balancer.policy',
    ],
  ])('%s: one message, exit code 2', async (_, args, paths) => {
    const { exited, output } = await serve(...args);
    expect(await exited).toBe(2);
    for (const path of paths.split(' ')) expect(output()).toContain(path);
    expect(output()).not.toMatch(/\n\s+at /);
  });
});

describe('load', () => {
  const set = ['pods.count=2', 'database.connections=40', 'smtp.isps.gmail.bouncedShare=0.2', 'smtp.isps.yahoo.deferredShare=0.3'];
  const settings = set.flatMap((each) => ['--set', each]);

  test('every planned request has a record, the outcomes are the workload’s, the rows are the records’', async () => {
    const [rate, warmupMs, measureMs] = [30, 1000, 4000];
    const args = [
      'load',
      '--rate',
      `${rate}`,
      '--warmup',
      '1s',
      '--measure',
      '4s',
      '--seed',
      '7',
      '--format',
      'json',
      '--out',
      'records.ndjson',
    ];
    const { points, stretch, dropped, planned } = JSON.parse(
      execFileSync(process.execPath, [main, ...args, ...settings], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const records = readFileSync(join(folder, 'records.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LoadRecord);

    const workload = drawWorkload(loadScenario({ set }));
    workload.restart('7/0', rate);
    const expected: { kind: string; outcome: string; smtpMs: number }[] = [];
    for (let row = workload.next(); workload.atMs[row]! <= warmupMs + measureMs; row = workload.next()) {
      const reply = REPLIES[workload.reply[row]!]!;
      const isSend = workload.kind[row] === SEND;
      expected.push({
        kind: isSend ? 'send' : 'status',
        outcome: isSend ? (reply === 'accepted' ? 'sent' : 'failed') : 'statusAnswered',
        smtpMs: isSend ? workload.smtpMs[row]! : 0,
      });
    }
    expect({ stretch, dropped, planned }).toEqual({ stretch: 1, dropped: 0, planned: expected.length });
    expect(records.map(({ kind, outcome }) => ({ kind, outcome }))).toEqual(expected.map(({ kind, outcome }) => ({ kind, outcome })));

    const ended = (outcome: string) => records.filter((record) => record.outcome === outcome).length;
    expect(points[0].rows).toEqual({ pending: 0, sent: ended('sent'), failed: ended('failed') });
    // What the pod sees of a transaction is never less than was planned.
    for (const [i, { timing }] of records.entries()) expect(timing['smtp'] ?? 0).toBeGreaterThanOrEqual(expected[i]!.smtpMs);
    const outcomes = Object.values(points[0].outcomes as Record<string, number>).reduce((sum, n) => sum + n, 0);
    expect(outcomes).toBe(points[0].arrivals);
  });

  test('a plan that was written has its own rate', () => {
    const mailsim = (...args: readonly string[]) =>
      execFileSync(process.execPath, [main, ...args, '--warmup', '1s', '--measure', '2s', ...settings], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    mailsim('workload', '--rate', '30', '--out', 'plan.ndjson');
    const [point] = JSON.parse(mailsim('load', '--workload', 'plan.ndjson', '--format', 'json')).points;
    expect(point.arrivals).toBeGreaterThan(30);
    expect(point.ratePerSecond).toBe(30);
  });

  test('an outage of the ISPs is injected: sends that meet it hang to the deadline, others do not', () => {
    const outage = { kind: 'smtpOutage', atMs: 1000, forMs: 1500 };
    const args = ['load', '--rate', '30', '--measure', '4s', '--format', 'json', '--out', 'outage.ndjson', '--set', 'smtp.timeoutMs=3000'];
    const faults = ['--set', `faults=${JSON.stringify([outage])}`];
    const output = execFileSync(process.execPath, [main, ...args, ...faults, ...settings], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { points } = JSON.parse(output);
    const records = readFileSync(join(folder, 'outage.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LoadRecord);
    const timedOut = records.filter(({ outcome }) => outcome === 'timedOut');
    expect(timedOut.length).toBeGreaterThan(10); // about 36 sends arrive in it
    // Node's timers count milliseconds of a clock that is cut to whole ones: the deadline may come one early.
    for (const { timing } of timedOut) expect(timing['smtp']).toBeGreaterThan(2999);
    // A transaction begins a little after its request arrives: well before the outage and well after it none is touched.
    const far = ({ intendedMs }: LoadRecord) => intendedMs < 500 || intendedMs > 2500;
    expect(timedOut.filter(far)).toEqual([]);
    const failed = records.filter(({ outcome }) => outcome === 'failed' || outcome === 'timedOut').length;
    expect(points[0].rows).toMatchObject({ pending: 0, failed });
  });
});
