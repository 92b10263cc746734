import { describe, expect, test } from 'vitest';
import { InputError } from '../../fixtures/input-error.ts';
import { finish, prepare, type RunTask } from '../experiments/simulate.ts';
import { scenarioOf } from '../testing.ts';
import { readWorkload, writeWorkload } from './ndjson.ts';
import { drawWorkload } from './workload.ts';

const scenario = scenarioOf({}, 'naive-hangs');

function written(untilMs: number): string[] {
  const workload = drawWorkload(scenario);
  workload.restart('42/0', 900);
  return [...writeWorkload(scenario, workload, untilMs)];
}

test('what was written and read back gives the same run, to the last bit', () => {
  const task: RunTask = { seed: 42, replication: 0, ratePerSecond: 900, warmupMs: 1_000, measureMs: 9_000, batches: 1, seriesMs: null };
  const read = prepare(scenario, { workload: readWorkload(scenario, written(20_000), 'w') });
  const drawn = JSON.stringify(finish(prepare(scenario)(task)));
  expect(JSON.stringify(finish(read(task)))).toBe(drawn);
  expect(JSON.stringify(finish(read(task)))).toBe(drawn); // restarted
});

test('lines are in order of arrival, up to and including the instant', () => {
  const lines = written(1_000).map((line) => JSON.parse(line));
  expect(lines.length).toBeGreaterThan(700);
  expect(lines.every(({ atMs }, i) => atMs <= 1_000 && atMs >= (lines[i - 1]?.atMs ?? 0))).toBe(true);
  const next = written(2_000).map((line) => JSON.parse(line));
  expect(next.slice(0, lines.length)).toEqual(lines);
  expect(next[lines.length].atMs).toBeGreaterThan(1_000);
  expect(written(lines[10].atMs)).toHaveLength(11);
});

test('after its last line a workload has no more requests', () => {
  const workload = readWorkload(scenario, written(100), 'w');
  const count = written(100).length;
  for (let i = 0; i < count; i++) expect(workload.atMs[workload.next()]).toBeLessThanOrEqual(100);
  for (let i = 0; i < 3; i++) expect(workload.atMs[workload.next()]).toBe(Infinity);
});

describe('a line that is no request', () => {
  const send = { atMs: 5, kind: 'send', isp: 'gmail', smtpMs: 80, reply: 'accepted', throttle: 0.5 };
  const status = { atMs: 5, kind: 'status', asksFor: 0 };
  const faultsOf = (...lines: string[]) => {
    try {
      readWorkload(scenario, lines, 'w.ndjson');
      return [];
    } catch (error) {
      if (error instanceof InputError) return error.faults;
      throw error;
    }
  };

  test('the samples are right', () => {
    expect(faultsOf(JSON.stringify(send), JSON.stringify(status), JSON.stringify({ ...status, asksFor: null }))).toEqual([]);
  });

  test.each([
    ['', 'a request'],
    ['{', 'a request'],
    ['null', 'a request'],
    ['7', 'a request'],
    ['[]', '"atMs"'],
    [JSON.stringify({ ...send, atMs: -1 }), '"atMs"'],
    [JSON.stringify({ ...send, atMs: undefined }), '"atMs"'],
    [JSON.stringify({ ...send, atMs: '5' }), '"atMs"'],
    ['{"atMs":1e999,"kind":"status","asksFor":0}', '"atMs"'],
    [JSON.stringify({ ...send, kind: 'sned' }), '"kind"'],
    [JSON.stringify({ ...send, isp: 'nobody' }), '"isp"'],
    [JSON.stringify({ ...send, smtpMs: -1 }), '"smtpMs"'],
    [JSON.stringify({ ...send, smtpMs: null }), '"smtpMs"'],
    [JSON.stringify({ ...send, smtpMs: '80' }), '"smtpMs"'],
    [JSON.stringify({ ...send, reply: 'maybe' }), '"reply"'],
    [JSON.stringify({ ...send, throttle: 2 }), '"throttle"'],
    [JSON.stringify({ ...send, throttle: null }), '"throttle"'],
    [JSON.stringify({ ...status, asksFor: -1 }), '"asksFor"'],
    [JSON.stringify({ ...status, asksFor: 0.5 }), '"asksFor"'],
    [JSON.stringify({ ...status, asksFor: undefined }), '"asksFor"'],
  ])('%s', (line, allowed) => {
    expect(faultsOf(line)).toEqual([{ path: 'w.ndjson, line 1', found: line, allowed: expect.stringContaining(allowed) }]);
  });

  test('each is listed with its number; the order of arrival is asked for too', () => {
    const lines = [{ ...send, atMs: 9 }, { ...send, atMs: 8 }, send, { ...send, atMs: 9, isp: 'x' }].map((line) => JSON.stringify(line));
    expect(faultsOf(...lines).map(({ path }) => path)).toEqual([2, 3, 4].map((line) => `w.ndjson, line ${line}`));
  });
});
