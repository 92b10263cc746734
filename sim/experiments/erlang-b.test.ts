import { beforeAll, describe, expect, test, vi } from 'vitest';
import { occupancy, rejectedShare } from '../metrics/flows.ts';
import { assertInside, controlledInterval, type Interval, relativeHalfWidth, replicationsOf, scenarioOf } from '../testing.ts';
import { erlangB } from '../theory/erlang.ts';

// M/G/50/50 five times, behind a random split: Erlang B, B(k) = a·B(k − 1) / (k + a·B(k − 1)), whatever the distribution of the holding time.
const PODS = 5;
const WORKERS = 50;
vi.setConfig({ testTimeout: 60_000 });

describe.each(['pure-exponential', 'pure-constant', 'pure-lognormal'])('%s', (name) => {
  let replicate!: Awaited<ReturnType<typeof replicationsOf>>;
  beforeAll(async () => {
    vi.resetModules();
    replicate = await replicationsOf(scenarioOf({}, name));
  });

  test.each([
    { a: 40, blocking: 0.0186915, within: 0.06 },
    { a: 50, blocking: 0.10479, within: 0.012 },
  ])('$a erlangs a pod: $blocking are rejected', ({ a, blocking, within }) => {
    expect(erlangB(WORKERS, a)).toBeCloseTo(blocking, 5);
    const measured = replicate({ ratePerSecond: (a * PODS) / 0.2, count: 30, warmupMs: 3_000, measureMs: 50_000 });
    const offered = measured.map((each) => each.offered);
    const inside = (expected: number, figure: (flows: (typeof measured)[number]['flows']) => number): Interval => {
      const interval = controlledInterval(
        measured.map(({ flows }) => figure(flows)),
        offered,
        a * PODS,
      );
      assertInside(expected, interval);
      return interval;
    };
    expect(relativeHalfWidth(inside(erlangB(WORKERS, a), (flows) => rejectedShare(flows)!))).toBeLessThan(within); // the test would see so small an error
    // Poisson arrivals see time averages: the share of time a pool is full is the same number.
    inside(erlangB(WORKERS, a), ({ poolFullMs, durationMs }) => poolFullMs.reduce((sum, ms) => sum + ms, 0) / PODS / durationMs);
    // Carried load: a(1 − B) busy workers a pod.
    inside(PODS * a * (1 - erlangB(WORKERS, a)), occupancy);
  });
});
