import { describe, expect, test, vi } from 'vitest';
import type { Scenario } from '../../fixtures/schema.ts';
import { scenarioOf } from '../testing.ts';
import { erlangB } from '../theory/erlang.ts';
import { studentQuantile } from '../theory/student.ts';
import { parseLimit } from './limit.ts';
import { DEFAULT_PRECISION, excess } from './precision.ts';
import { replicate } from './replicate.ts';
import { type Runner, startRunner } from './runner.ts';
import { finish, prepare, type RunTask } from './simulate.ts';
import { likelyRuns, sweep } from './sweep.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Makes runs in this thread, one after another, and notes their tasks; stops after some of them. */
function inThisThread(scenario: Scenario, most = Infinity): Runner & { tasks: RunTask[] } {
  const run = prepare(scenario);
  const tasks: RunTask[] = [];
  let stopped = false;
  return {
    tasks,
    async run(task) {
      if (tasks.length >= most) stopped = true;
      if (stopped) throw new Error('stopped');
      tasks.push(task);
      return finish(run(task));
    },
    async stop() {
      stopped = true;
    },
    stopped: () => stopped,
  };
}

// M/M/10/10 behind a random split over two pods, 20 ms: small and quick to settle.
const small = scenarioOf(
  {
    'pods.count': 2,
    'pods.workers': 10,
    'smtp.isps': [{ name: 'only', share: 1, latencyMs: { kind: 'exponential', meanMs: 20 } }],
    'run.warmup': 1000,
    'run.measureMs': 5_000,
  },
  'pure-exponential',
);
const at = { seed: 42, ratePerSecond: 700 };

describe('replications', () => {
  test('as many as were asked for, numbered from 0', async () => {
    const runner = inThisThread(small);
    const point = await replicate(runner, small, { ...at, effort: { replications: 4 } });
    expect(runner.tasks.map(({ replication, warmupMs, measureMs, seed }) => [replication, warmupMs, measureMs, seed])).toEqual(
      [0, 1, 2, 3].map((i) => [i, 1000, 5000, 42]),
    );
    expect(point).toMatchObject({ replications: 4, warmupMs: 1000, warmupRule: 'given', precise: true });
  });

  test('as many as the precision takes, and not many more', async () => {
    const point = (await replicate(inThisThread(small), small, { ...at, effort: { precision: DEFAULT_PRECISION } }))!;
    expect(point.precise).toBe(true);
    expect(excess(point, DEFAULT_PRECISION)).toBeLessThanOrEqual(1);
    const finer = { ...DEFAULT_PRECISION, rejectionRate: { absolute: 0, relative: 0.01 } };
    const runner = inThisThread(small);
    const more = (await replicate(runner, small, { ...at, effort: { precision: finer } }))!;
    expect(runner.tasks.map(({ replication }) => replication)).toEqual(Array.from({ length: more.replications }, (_, i) => i)); // none twice
    expect(more.rejectionRate.halfWidth! / more.rejectionRate.mean).toBeLessThanOrEqual(0.01);
    expect(more.replications).toBeGreaterThan(point.replications);
  });

  test('the first of many are those of few: replication i is the same run', async () => {
    const [few, many] = [inThisThread(small), inThisThread(small)];
    await replicate(few, small, { ...at, effort: { replications: 3 } });
    await replicate(many, small, { ...at, effort: { replications: 7 } });
    expect(many.tasks.slice(0, 3)).toEqual(few.tasks);
  });

  test('stopped, they are summarised as far as they came; null where none came', async () => {
    expect(await replicate(inThisThread(small, 3), small, { ...at, effort: { replications: 9 } })).toMatchObject({
      replications: 3,
      precise: false,
    });
    expect(await replicate(inThisThread(small, 0), small, { ...at, effort: { replications: 9 } })).toBeNull();
  });

  test('progress tells of every run that is planned and finished', async () => {
    let [planned, finished] = [0, 0];
    await replicate(inThisThread(small), small, { ...at, effort: { replications: 5 } }, (news) => {
      if ('planned' in news) planned += news.planned;
      else if ('finished' in news) finished += news.finished;
    });
    expect([planned, finished]).toEqual([5, 5]);
  });
});

describe('a sweep', () => {
  const plan = { seed: 42, rates: [400, 600, 800], effort: { replications: 10 }, limit: parseLimit('rejectionRate<=0.1')! };

  test('finds the knee that Erlang B has', async () => {
    const { points, knee, complete } = await sweep(inThisThread(small), small, plan);
    expect(complete).toBe(true);
    expect(points.map(({ ratePerSecond }) => ratePerSecond)).toEqual([400, 600, 800]);
    // B(10, a) = 0.1 by bisection; two pods, 20 ms: 100 requests a second are one erlang.
    let [low, high] = [1, 20];
    for (let i = 0; i < 60; i++) [low, high] = erlangB(10, (low + high) / 2) > 0.1 ? [low, (low + high) / 2] : [(low + high) / 2, high];
    const wider = studentQuantile(0.99995, 9) / studentQuantile(0.975, 9); // from 95% to 99.99%, ten replications
    expect(Math.abs(knee!.ratePerSecond - 100 * low)).toBeLessThan(wider * knee!.halfWidth + 0.001 * knee!.ratePerSecond);
    expect(knee!.halfWidth / knee!.ratePerSecond).toBeLessThan(0.03);
  });

  test('uses common random numbers: a higher rate never has fewer rejections, and differences are steadier than points', async () => {
    const { points } = await sweep(inThisThread(small), small, { ...plan, rates: [690, 700, 710] });
    const rates = points.map(({ rejectionRate }) => rejectionRate.mean);
    expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    const arrivals = points.map(({ arrivals: n, ratePerSecond }) => n / ratePerSecond);
    expect(Math.max(...arrivals) / Math.min(...arrivals)).toBeLessThan(1.01);
  });

  test('where the limit is never passed there is no knee', async () => {
    expect((await sweep(inThisThread(small), small, { ...plan, rates: [100, 200] })).knee).toBeNull();
  });

  test('stopped, it ends with what is there', async () => {
    const told: number[] = [];
    const runner = inThisThread(small, 15);
    const result = await sweep(runner, small, plan, { point: ({ replications }) => told.push(replications) });
    expect(result).toMatchObject({ complete: false, knee: null });
    expect(result.points.length).toBe(told.length);
  });

  test('gives the same bytes with one thread, with two, and in this thread', async () => {
    const inThreads = async (threads: number) => {
      const runner = startRunner(small, threads);
      try {
        return JSON.stringify(await sweep(runner, small, { ...plan, rates: [600, 800] }));
      } finally {
        await runner.stop();
      }
    };
    const one = await inThreads(1);
    expect(await inThreads(2)).toBe(one);
    expect(JSON.stringify(await sweep(inThisThread(small), small, { ...plan, rates: [600, 800] }))).toBe(one);
  });
});

test('no fewer runs are likely than a first round takes, or than are planned', () => {
  const plan = { seed: 1, rates: [100, 200], effort: { precision: DEFAULT_PRECISION }, limit: parseLimit('rejectionRate<=0.001')! };
  expect(likelyRuns(plan, 2)).toBeGreaterThan(2 * 11);
  expect(likelyRuns(plan, 5000)).toBe(5000);
});
