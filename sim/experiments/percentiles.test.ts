import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createStreams } from '../engine/stream.ts';
import { createHistograms, type Histogram, mergeHistograms } from '../metrics/histogram.ts';
import { estimatePercentile } from './percentiles.ts';

vi.setConfig({ testTimeout: 60_000 });

const { record, read } = createHistograms({ state: (values) => values }, 1);

function histogram(values: readonly number[]): Histogram {
  for (const ms of values) record(0, ms);
  return read()[0]!;
}

function estimated(groups: readonly (readonly number[])[], p: number, queueTimes?: number) {
  const histograms = groups.map(histogram);
  return estimatePercentile(mergeHistograms(histograms), histograms, p, 1, queueTimes);
}

const repeat = <Value>(n: number, value: (i: number) => Value) => Array.from({ length: n }, (_, i) => value(i));

describe('a percentile', () => {
  test('of equal times is that time, and so is its interval', () => {
    const constant = repeat(10, () => repeat(200, () => 200));
    for (const p of [0.5, 0.95, 0.99]) expect(estimated(constant, p)).toEqual({ value: 200, lower: 200, upper: 200, halfWidth: 0 });
  });

  test('has an end where the rank is not beyond what was seen, and none where it may be', () => {
    const few = repeat(2, (i) => repeat(100, (j) => 1 + i + 2 * j)); // 200 times: three in a hundred have no two beyond their p99
    expect(estimated(few, 0.99)).toMatchObject({ upper: null, halfWidth: null });
    expect(estimated(few, 0.99).lower).toBeLessThan(199);
    expect(estimated(few, 0.5).halfWidth).toBeLessThan(200);
  });

  test('of a queue has no upper end until so many independent times would have one, 3.84 beyond it', () => {
    const times = repeat(10, () => repeat(1000, (i) => 100 + i));
    expect(estimated(times, 0.99, 380)).toMatchObject({ upper: null, halfWidth: null });
    expect(estimated(times, 0.99, 380).lower).toBeGreaterThan(1000);
    expect(estimated(times, 0.95, 380)).toEqual(estimated(times, 0.95));
    expect(estimated(times, 0.99, 390)).toEqual(estimated(times, 0.99));
  });

  test('of one histogram alone has no interval', () => {
    expect(estimated([[1, 2, 3]], 0.5)).toMatchObject({ lower: null, upper: null, halfWidth: null });
  });

  test('between two modes has an interval from one to the other', () => {
    const hangs = repeat(10, () => repeat(1000, (i) => (i < 10 ? 30_036.5 : 100 + i / 10)));
    const { lower, upper, halfWidth, value } = estimated(hangs, 0.99);
    expect(lower).toBeLessThan(200);
    expect(upper).toBe(30_036.5);
    expect(halfWidth).toBeCloseTo(Math.max(value - lower!, upper! - value), 9);
  });

  test('that moves with the histograms is less sure: they are what is independent', () => {
    const alike = repeat(10, () => repeat(1000, (i) => 100 + i));
    const shifted = repeat(10, (group) => repeat(1000, (i) => 100 + i + 20 * group));
    expect(estimated(shifted, 0.5).halfWidth).toBeGreaterThan(2 * estimated(alike, 0.5).halfWidth!);
  });

  test('is within its interval, and all of it within what was recorded', () => {
    const groups = fc.array(fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(groups, fc.constantFrom(0.5, 0.95, 0.99), (groups, p) => {
        const all = groups.flat();
        const { value, lower, upper, halfWidth } = estimated(groups, p);
        const [from, to] = [lower ?? Math.min(...all), upper ?? Math.max(...all)];
        expect(from).toBeGreaterThanOrEqual(Math.min(...all));
        expect(to).toBeLessThanOrEqual(Math.max(...all));
        expect(from <= value && value <= to).toBe(true);
        expect(halfWidth).toBe(lower === null || upper === null ? null : Math.max(value - lower, upper - value));
      }),
    );
  });
});

/** 400 intervals of ten histograms of 500 times each, of which the truth is known. Fewer than 365 hits have a probability of 0.1% at 95%. */
describe('the interval of a percentile holds the true one', () => {
  const streams = createStreams();
  const uniform = streams.stream('uniform');
  const normal = streams.stream('normal');
  const lognormal = () => 150 * Math.exp(0.6 * normal.normal());
  const NORMAL = { 0.5: 0, 0.95: 1.6448536269514722, 0.99: 2.3263478740408408 } as const;
  type Share = keyof typeof NORMAL;
  const HUNG = 30_036.5;

  const laws: readonly (readonly [string, (group: number) => number, (p: Share) => number | null])[] = [
    ['constant', () => 200, () => 200],
    ['lognormal', lognormal, (p) => 150 * Math.exp(0.6 * NORMAL[p])],
    ['with 1% of hangs', () => (uniform.uniform() < 0.01 ? HUNG : lognormal()), (p) => (p === 0.99 ? HUNG : null)],
    ['of two constants', () => (uniform.uniform() < 0.5 ? 100 : 400), (p) => (p === 0.5 ? 100 : 400)],
    [
      'a constant within others',
      () => (uniform.uniform() < 0.5 ? 200.3 : 150 + 100 * uniform.uniform()),
      (p) => ({ 0.5: 200.3, 0.95: 240, 0.99: 248 })[p],
    ],
  ];

  test.each(laws)('%s', (_, draw, truth) => {
    streams.seed('1');
    for (const p of [0.5, 0.95, 0.99] as const) {
      const exact = truth(p);
      if (exact === null) continue;
      const hits = repeat(400, () =>
        estimated(
          repeat(10, () => repeat(500, draw)),
          p,
        ),
      ).filter(({ lower, upper }) => (lower ?? 0) <= exact && exact <= (upper ?? Infinity));
      expect(hits.length).toBeGreaterThanOrEqual(365);
    }
  });
});
