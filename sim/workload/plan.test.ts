import { describe, expect, test } from 'vitest';
import { InputError } from '../../fixtures/input-error.ts';
import { finish, prepare, type RunTask } from '../experiments/simulate.ts';
import { scenarioOf } from '../testing.ts';
import { type PlanHead, readPlan, writePlan } from './plan.ts';
import { drawWorkload } from './workload.ts';

const scenario = scenarioOf({ 'run.measureMs': 9000 }, 'naive-hangs');
const head: PlanHead = { seed: 42, ratePerSecond: 900, warmup: { ms: 1000, rule: 'given' }, scenario };

function written(measureMs = 9000): string[] {
  const workload = drawWorkload(scenario);
  workload.restart('42/0', 900);
  return [...writePlan({ ...head, scenario: { ...scenario, run: { ...scenario.run, measureMs } } }, workload)];
}

const read = (lines: readonly string[]) => readPlan(() => lines, 'w');

/** All that is wrong with a plan of these lines. */
function faultsOf(lines: readonly string[]) {
  try {
    const { workload } = read(lines);
    workload.restart('', 1);
    while (workload.atMs[workload.next()] !== Infinity);
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.faults;
    throw error;
  }
}

test('what was written and read back gives the same run, to the last bit', () => {
  const task: RunTask = { seed: 42, replication: 0, ratePerSecond: 900, warmupMs: 1000, measureMs: 9000, batches: 1, seriesMs: null };
  const plan = read(written());
  expect(plan.head).toEqual(head);
  const run = prepare(scenario, { workload: plan.workload });
  const drawn = JSON.stringify(finish(prepare(scenario)(task)));
  expect(JSON.stringify(finish(run(task)))).toBe(drawn);
  expect(JSON.stringify(finish(run(task)))).toBe(drawn); // restarted
});

test('the requests stand in order of arrival, up to the end of the run, between the head and their number', () => {
  const [first, ...lines] = written(0.001).map((line) => JSON.parse(line));
  expect(Object.keys(first)).toEqual(['plan', 'seed', 'ratePerSecond', 'warmup', 'scenario']);
  const end = lines.pop();
  expect(end).toEqual({ requests: lines.length });
  expect(lines.length).toBeGreaterThan(700);
  expect(lines.every(({ atMs }, i) => atMs <= 1000.001 && atMs >= (lines[i - 1]?.atMs ?? 0))).toBe(true);
  const longer = written(1000).map((line) => JSON.parse(line));
  expect(longer.slice(1, lines.length + 1)).toEqual(lines);
  expect(longer[lines.length + 1].atMs).toBeGreaterThan(1000.001);
});

test('after its last line a plan has no more requests', () => {
  const { workload } = read(written(1));
  workload.restart('', 1);
  for (let i = written(1).length - 2; i > 0; i--) expect(workload.atMs[workload.next()]).toBeLessThanOrEqual(1001);
  for (let i = 0; i < 3; i++) expect(workload.atMs[workload.next()]).toBe(Infinity);
});

test('a latency beyond all that a time may be is written as the longest, which is beyond every deadline too', () => {
  const workload = drawWorkload(scenario);
  workload.restart('42/0', 900);
  const plan = writePlan(head, { ...workload, smtpMs: workload.smtpMs.map(() => 1e300) });
  expect([...plan].find((line) => line.includes('"kind":"send"'))).toContain('"smtpMs":1000000000000,');
});

describe('a plan that is not whole is refused', () => {
  const whole = written(200);

  test('wherever it was cut off', () => {
    const text = whole.join('\n');
    for (let length = text.length - 1; length > text.length - 300; length--)
      expect(faultsOf(text.slice(0, length).split('\n')).at(-1)).toMatchObject({
        allowed: expect.stringContaining('as the last line of a whole plan'),
      });
    for (let lines = 1; lines < whole.length; lines += 97)
      expect(faultsOf(whole.slice(0, lines))).toEqual([
        {
          path: `w, line ${lines + 1}`,
          found: `the end after ${lines - 1} requests`,
          allowed: `{"requests":${lines - 1}} as the last line of a whole plan`,
        },
      ]);
  });

  test('if a line is missing, or there twice, or after the end', () => {
    const less = whole.toSpliced(5, 1);
    expect(faultsOf(less).at(-1)).toMatchObject({ path: `w, line ${less.length}`, allowed: expect.stringContaining('"requests"') });
    expect(faultsOf(whole.toSpliced(5, 0, whole[5]!))).toHaveLength(1);
    expect(faultsOf([...whole, whole[3]!])).toMatchObject([{ allowed: 'nothing after the last line of the plan' }]);
    expect(faultsOf([...whole, ...whole])).toHaveLength(20);
  });

  test('if it has no head, or a wrong one', () => {
    const allowed = 'the head of a plan that `mailsim workload` wrote';
    expect(faultsOf([])).toEqual([{ path: 'w, line 1', found: 'nothing', allowed }]);
    for (const first of ['', '{', '7', '[]', 'null', whole[1]!]) expect(faultsOf([first])).toMatchObject([{ path: 'w, line 1', allowed }]);
    const wrong = { ...JSON.parse(whole[0]!), plan: 2, seed: -1, ratePerSecond: 1e18, extra: 1, warmup: { ms: 1e13, rule: 'x' } };
    wrong.scenario = { ...scenario, pods: { ...scenario.pods, workers: 0 } };
    expect(faultsOf([JSON.stringify(wrong)]).map(({ path }) => path)).toEqual(
      ['extra', 'plan', 'seed', 'ratePerSecond', 'warmup.ms', 'warmup.rule', 'scenario.pods.workers'].map((path) => `w, line 1, ${path}`),
    );
  });

  test('if its head is cut off, or has a field twice', () => {
    expect(faultsOf([whole[0]!.slice(0, 500)])).toMatchObject([{ path: 'w, line 1, line 1, column 501' }]);
    const twice = whole[0]!.replace('"workers":50', '"workers":50,"workers":50');
    expect(faultsOf([twice])).toMatchObject([{ path: 'w, line 1, scenario.pods.workers', allowed: 'each field once' }]);
  });

  test('blank lines count, and are no faults', () => {
    expect(faultsOf([...whole, '', ' ', '\t'])).toEqual([]);
    expect(faultsOf([whole[0]!, '', 'nonsense', ...whole.slice(1)])).toMatchObject([
      { path: 'w, line 3' },
      { allowed: expect.any(String) },
    ]);
  });
});

describe('a line that is no request', () => {
  const first = JSON.stringify({ plan: 1, ...head });
  const send = { atMs: 5, kind: 'send', isp: 'gmail', smtpMs: 80, reply: 'accepted', throttle: 0.5 };
  const status = { atMs: 5, kind: 'status', asksFor: 0 };
  const ofRequests = (...lines: string[]) => faultsOf([first, ...lines, `{"requests":${lines.length}}`]);

  test('the samples are right', () => {
    expect(ofRequests(JSON.stringify(send), JSON.stringify(status), JSON.stringify({ ...status, asksFor: null }))).toEqual([]);
  });

  test.each([
    ['{', 'a request'],
    ['null', 'a request'],
    ['7', 'a request'],
    ['{"atMs":1,"atMs":2,"kind":"status","asksFor":null}', 'each field once'],
    ['[]', '"atMs"'],
    [JSON.stringify({ ...send, atMs: -1 }), '"atMs"'],
    [JSON.stringify({ ...send, atMs: undefined }), '"atMs"'],
    [JSON.stringify({ ...send, atMs: '5' }), '"atMs"'],
    [JSON.stringify({ ...send, atMs: 10_000.1 }), '"atMs" as a number from 0 to 10000, the end of the run'],
    ['{"atMs":1e999,"kind":"status","asksFor":0}', '"atMs"'],
    [JSON.stringify({ ...send, kind: 'sned' }), '"kind"'],
    [JSON.stringify({ ...send, isp: 'nobody' }), '"isp"'],
    [JSON.stringify({ ...send, smtpMs: -1 }), '"smtpMs"'],
    [JSON.stringify({ ...send, smtpMs: null }), '"smtpMs"'],
    [JSON.stringify({ ...send, smtpMs: '80' }), '"smtpMs"'],
    [JSON.stringify({ ...send, smtpMs: 1e13 }), '"smtpMs"'],
    [JSON.stringify({ ...send, reply: 'maybe' }), '"reply"'],
    [JSON.stringify({ ...send, throttle: 2 }), '"throttle"'],
    [JSON.stringify({ ...send, throttle: null }), '"throttle"'],
    [JSON.stringify({ ...send, more: 1 }), 'no other fields'],
    [JSON.stringify({ ...status, asksFor: -1 }), '"asksFor"'],
    [JSON.stringify({ ...status, asksFor: 0.5 }), '"asksFor"'],
    [JSON.stringify({ ...status, asksFor: 0 }), 'of which there is none'],
    [JSON.stringify({ ...status, asksFor: undefined }), '"asksFor"'],
  ])('%s', (line, allowed) => {
    expect(ofRequests(line)).toEqual([{ path: 'w, line 2', found: line, allowed: expect.stringContaining(allowed) }]);
  });

  test('each is listed with its number; the order of arrival is asked for too', () => {
    const lines = [{ ...send, atMs: 9 }, { ...send, atMs: 8 }, send, { ...send, atMs: 9, isp: 'x' }].map((line) => JSON.stringify(line));
    expect(ofRequests(...lines).map(({ path }) => path)).toEqual([3, 4, 5].map((line) => `w, line ${line}`));
  });
});
