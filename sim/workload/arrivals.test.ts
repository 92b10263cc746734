import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../fixtures/schema.ts';
import { Stream } from '../engine/stream.ts';
import { assertInside, chiSquareInterval, kolmogorovDistance, kolmogorovLimit, meanInterval, scenarioOf } from '../testing.ts';
import { createArrivals } from './arrivals.ts';

const { arrivals: poisson } = scenarioOf({ 'arrivals.mix': { send: 1, status: 0 } });

/** The first n instants of an arrival process, ms. */
function instants(settings: Partial<Scenario['arrivals']>, ratePerSecond: number, n: number, seed = 'arrivals'): Float64Array {
  const stream = new Stream();
  stream.seed(seed);
  const { fill, restart } = createArrivals({ ...poisson, ...settings }, stream);
  restart(ratePerSecond);
  const atMs = new Float64Array(n);
  fill(atMs);
  return atMs;
}

/** How many instants lie in each of `windows` parts of `widthMs`, from an instant on. */
function counts(atMs: Float64Array, fromMs: number, widthMs: number, windows: number): Float64Array {
  const found = new Float64Array(windows);
  for (const ms of atMs) {
    const window = Math.floor((ms - fromMs) / widthMs);
    if (window >= 0 && window < windows) found[window]!++;
  }
  return found;
}
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
const dispersion = (found: Float64Array, expected: number) => found.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);

describe('Poisson', () => {
  const windows = 20_000;
  const perWindow = 9; // 900 a second, windows of 10 ms
  const found = counts(instants({}, 900, 200_000), 0, 10, windows);

  test('as many arrivals as the rate says', () => {
    assertInside(total(found) / windows, meanInterval(perWindow, Math.sqrt(perWindow), windows));
  });

  test('the variance of counts is their mean: the index of dispersion is chi-square', () => {
    assertInside(dispersion(found, perWindow), chiSquareInterval(windows));
  });

  test('gaps are exponential', () => {
    const atMs = instants({}, 900, 200_000);
    const gaps = atMs.map((ms, i) => ms - (atMs[i - 1] ?? 0));
    expect(kolmogorovDistance(gaps, (x) => 1 - Math.exp(-0.9 * x))).toBeLessThan(kolmogorovLimit(gaps.length));
  });
});

test('evenly spaced arrivals come at exact instants', () => {
  expect([...instants({ process: 'evenlySpaced' }, 500, 4)]).toEqual([2, 4, 6, 8]);
});

test.each([1, 2, 5, 20])('Erlang-%i gaps have the mean 1/λ and the squared coefficient of variation 1/k', (erlangShape) => {
  const n = 400_000;
  const atMs = instants({ process: 'erlang', erlangShape }, 1000, n);
  const gaps = atMs.map((ms, i) => ms - (atMs[i - 1] ?? 0));
  assertInside(total(gaps) / n, meanInterval(1, Math.sqrt(1 / erlangShape), n));
  // Var[(X − 1)²] = μ4 − σ⁴ with μ4 = 3(k + 2) / k³.
  const spread = (3 * (erlangShape + 2)) / erlangShape ** 3 - 1 / erlangShape ** 2;
  assertInside(total(gaps.map((gap) => (gap - 1) ** 2)) / n, meanInterval(1 / erlangShape, Math.sqrt(spread), n));
});

describe('a rate that changes', () => {
  test('evenly spaced arrivals come where the integral of the rate is a whole number', () => {
    const rateSteps = [
      { atMs: 2500, factor: 0 },
      { atMs: 4000, factor: 2 },
      { atMs: 5000, factor: 0.5 },
    ];
    expect([...instants({ process: 'evenlySpaced', rateSteps }, 1, 6)]).toEqual([1000, 2000, 4250, 4750, 6000, 8000]);
  });

  test('a step at 0 replaces the rate from the start', () => {
    expect([...instants({ process: 'evenlySpaced', rateSteps: [{ atMs: 0, factor: 4 }] }, 1, 3)]).toEqual([250, 500, 750]);
  });

  test('after the last of the traffic nothing comes any more', () => {
    const rateSteps = [{ atMs: 2500, factor: 0 }];
    expect([...instants({ process: 'evenlySpaced', rateSteps }, 1, 5)]).toEqual([1000, 2000, Infinity, Infinity, Infinity]);
  });

  test('Poisson arrivals: counts of a spike, none at rate 0, evenly spread within each piece', () => {
    const rateSteps = [
      { atMs: 100_000, factor: 5 },
      { atMs: 200_000, factor: 0 },
      { atMs: 300_000, factor: 1 },
    ];
    const atMs = instants({ rateSteps }, 900, 700_000);
    for (const [fromMs, perWindow] of [
      [0, 90],
      [100_000, 450],
      [300_000, 90],
    ] as const) {
      const found = counts(atMs, fromMs, 100, 1000);
      assertInside(total(found), meanInterval(perWindow * 1000, Math.sqrt(perWindow * 1000), 1));
      assertInside(dispersion(found, perWindow), chiSquareInterval(1000));
    }
    expect(total(counts(atMs, 200_000, 100_000, 1))).toBe(0);
  });

  test('the same instants in blocks of any size', () => {
    const settings = {
      rateSteps: [
        { atMs: 500, factor: 3 },
        { atMs: 700, factor: 0 },
        { atMs: 900, factor: 1 },
      ],
    };
    const stream = new Stream();
    stream.seed('arrivals');
    const { fill, restart } = createArrivals({ ...poisson, ...settings }, stream);
    restart(100);
    const blocks = [1, 99, 60, 140].flatMap((size) => {
      const block = new Float64Array(size);
      fill(block);
      return [...block];
    });
    expect(blocks).toEqual([...instants(settings, 100, 300)]);
  });
});

test.each(['poisson', 'erlang', 'evenlySpaced'] as const)('%s: at another rate the same gaps, scaled', (process) => {
  const [slow, fast] = [instants({ process }, 100, 10_000), instants({ process }, 700, 10_000)];
  for (const [i, ms] of slow.entries()) expect(ms / fast[i]!).toBeCloseTo(7, 9);
});
