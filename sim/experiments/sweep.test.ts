import { describe, expect, test, vi } from 'vitest';
import type { Scenario } from '../../fixtures/schema.ts';
import { scenarioOf } from '../testing.ts';
import { erlangB } from '../theory/erlang.ts';
import { studentQuantile } from '../theory/student.ts';
import { parseLimit } from './limit.ts';
import type { Point } from './point.ts';
import { DEFAULT_PRECISION, excess } from './precision.ts';
import { type Progress, replicate } from './replicate.ts';
import { type Runner, startRunner } from './runner.ts';
import { finish, prepare, type RunTask } from './simulate.ts';
import { bisectingPlaces, likelyRuns, sweep } from './sweep.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Makes runs in this thread, one after another, and notes their tasks; stops after some of them. */
function inThisThread(scenario: Scenario, most = Infinity, begins: (count: number) => void = () => {}): Runner & { tasks: RunTask[] } {
  const run = prepare(scenario);
  const tasks: RunTask[] = [];
  let stopped = false;
  return {
    tasks,
    async run(task, _rank, signal) {
      if (tasks.length >= most) stopped = true;
      if (stopped || signal?.aborted) throw new Error('stopped');
      tasks.push(task);
      begins(tasks.length);
      return finish(run(task));
    },
    pause() {},
    resume() {},
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

  test('more, if a percentile has no end yet that more of them will give it', async () => {
    const queue = scenarioOf(
      { 'pods.queueCapacity': 5000, 'balancer.maxConnections': 10_000, 'run.warmup': 60_000, 'run.measureMs': 60_000 },
      'pure-queue-mg1',
    );
    const rough = { rejectionRate: { absolute: 1, relative: 1 }, sojournP99: { absoluteMs: 1, relative: 1 } };
    const point = (await replicate(inThisThread(queue), queue, { seed: 42, ratePerSecond: 3.5, effort: { precision: rough } }))!;
    expect(point.precise).toBe(true);
    expect(point.sojournMs!.p99.upper).not.toBeNull();
    expect(point.replications).toBeGreaterThan(20); // which measure 300 correlation times of 4 s; an end takes 384 at least
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

const plan = { seed: 42, rates: [400, 600, 800], effort: { replications: 10 }, limit: parseLimit('rejectionRate<=0.1')! };

describe('a sweep', () => {
  test('finds the knee that Erlang B has', async () => {
    const { points, knee, complete } = await sweep(inThisThread(small), small, plan);
    expect(complete).toBe(true);
    expect(points.map(({ ratePerSecond }) => ratePerSecond)).toEqual([400, 600, 800]);
    // B(10, a) = 0.1 by bisection; two pods, 20 ms: 100 requests a second are one erlang.
    let [low, high] = [1, 20];
    for (let i = 0; i < 60; i++) [low, high] = erlangB(10, (low + high) / 2) > 0.1 ? [low, (low + high) / 2] : [(low + high) / 2, high];
    const wider = studentQuantile(0.99995, 9) / studentQuantile(0.975, 9); // from 95% to 99.99%, ten replications
    expect(Math.abs(knee!.ratePerSecond - 100 * low)).toBeLessThan(wider * knee!.halfWidth! + 0.001 * knee!.ratePerSecond);
    expect(knee!.halfWidth! / knee!.ratePerSecond).toBeLessThan(0.03);
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
    const told = new Map<number, Point>();
    const runner = inThisThread(small, 15);
    const result = await sweep(runner, small, plan, { point: (point) => told.set(point.ratePerSecond, point) });
    expect(result).toMatchObject({ complete: false, knee: null });
    expect(result.points).toEqual([...told.values()].sort((a, b) => a.ratePerSecond - b.ratePerSecond));
  });

  test('tells of a coarse point before it is settled, and the settled points are those of the result', async () => {
    const told: [rate: number, replications: number, settled: boolean][] = [];
    const settled = new Map<number, Point>();
    const { points } = await sweep(inThisThread(small), small, plan, {
      point(point, isSettled) {
        told.push([point.ratePerSecond, point.replications, isSettled]);
        if (isSettled) settled.set(point.ratePerSecond, point);
      },
    });
    for (const rate of plan.rates) {
      const ofRate = told.filter(([at]) => at === rate);
      expect(ofRate).toEqual([
        [rate, 2, false],
        [rate, 10, true],
      ]);
    }
    expect(points.map(({ ratePerSecond }) => settled.get(ratePerSecond))).toEqual(points);
  });

  test('with more rates makes only those, and gives the same bytes as if they had all been there from the start', async () => {
    const measured = new Map<number, Promise<Point | null>>();
    const runner = inThisThread(small);
    const early = new AbortController();
    early.abort(); // its knee is not of interest any more
    const first = await sweep(runner, small, plan, {}, { measured, signal: early.signal });
    expect(first).toMatchObject({ complete: false, knee: null });
    expect(runner.tasks).toHaveLength(30);
    const finer = { ...plan, rates: [400, 500, 600, 700, 800] };
    const more = await sweep(runner, small, finer, {}, { measured });
    expect(runner.tasks.slice(30, 50).every(({ ratePerSecond }) => [500, 700].includes(ratePerSecond))).toBe(true);
    expect(JSON.stringify(more)).toBe(JSON.stringify(await sweep(inThisThread(small), small, finer)));
  });

  test('whose signal comes while it looks for the knee ends, and makes no run more', async () => {
    const ending = new AbortController();
    const runner = inThisThread(small, Infinity, (count) => {
      if (count === 35) ending.abort();
    });
    let left = 0;
    const progress: Progress = (news) => {
      if ('planned' in news) left += news.planned;
      else if ('finished' in news) left--;
    };
    const result = await sweep(runner, small, plan, { progress }, { signal: ending.signal });
    expect(result).toMatchObject({ complete: false, knee: null });
    expect(result.points).toHaveLength(3);
    expect(runner.tasks).toHaveLength(35);
    expect(left).toBe(0);
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

describe('the order of rates', () => {
  test('is the ends, the middle, and the middles of what is left', () => {
    expect(bisectingPlaces(9)).toEqual([0, 5, 3, 6, 2, 7, 4, 8, 1]);
    expect(bisectingPlaces(2)).toEqual([0, 1]);
    expect(bisectingPlaces(1)).toEqual([0]);
  });

  test("is the same after the scenario's own rate, or the one nearest to it, or another that was asked for", async () => {
    const ranks = async (rates: number[], first?: number) => {
      const runner = inThisThread(small, 0);
      const placed = new Map<number, number>();
      const noting: Runner = {
        ...runner,
        run(task, rank = 0, signal) {
          placed.set(task.ratePerSecond, Math.min(rank, placed.get(task.ratePerSecond) ?? Infinity));
          return runner.run(task, rank, signal);
        },
      };
      await sweep(noting, small, { ...plan, rates }, {}, first === undefined ? {} : { first });
      return rates.map((rate) => placed.get(rate));
    };
    expect(small.arrivals.ratePerSecond).toBe(1000);
    expect(await ranks([100, 1000, 1900])).toEqual([1, 0, 2]);
    expect(await ranks([100, 200, 300, 400, 1101, 1300])).toEqual([1, 4, 3, 5, 0, 2]);
    expect(await ranks([100, 200, 300], 210)).toEqual([1, 0, 2]);
    expect(await ranks([100, 200, 300], 1)).toEqual([0, 2, 1]);
  });

  test('has every rate once', () => {
    for (let count = 1; count < 40; count++) {
      expect(bisectingPlaces(count).toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }
  });
});

test('a runner makes runs of lower rank first, and none while it is paused', async () => {
  const runner = startRunner(small, 1);
  try {
    const order: string[] = [];
    const run = async (name: string, rank: number) => {
      await runner.run({ ...at, replication: 0, warmupMs: 0, measureMs: 1000, batches: 1, seriesMs: null }, rank);
      order.push(name);
    };
    runner.pause();
    const all = [run('c', 2), run('a', 0), run('d', 2), run('b', 1)];
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([]);
    runner.resume();
    await Promise.all(all);
    expect(order).toEqual(['a', 'b', 'c', 'd']);
    runner.pause();
    const never = run('e', 0);
    const stopping = runner.stop();
    await expect(never).rejects.toThrow('stopped');
    await stopping;
  } finally {
    await runner.stop();
  }
});

test('a runner makes none of the runs that wait when their signal comes', async () => {
  const runner = startRunner(small, 1);
  try {
    const ending = new AbortController();
    const task = { ...at, replication: 0, warmupMs: 0, measureMs: 1000, batches: 1, seriesMs: null };
    runner.pause();
    const unwanted = [runner.run(task, 0, ending.signal), runner.run(task, 0, ending.signal)];
    const wanted = runner.run(task, 1);
    ending.abort(new Error('not wanted any more'));
    runner.resume();
    for (const run of unwanted) await expect(run).rejects.toThrow('not wanted any more');
    expect((await wanted).events).toBeGreaterThan(0);
  } finally {
    await runner.stop();
  }
});
