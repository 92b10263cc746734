import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { assertInside, average, binomialInterval, kolmogorovDistance, kolmogorovLimit, meanInterval } from '../testing.ts';
import { normalCdf } from '../theory/normal.ts';
import { chooser, type Distribution, drawFrom, drawUniform, mean, type SimpleDistribution, variance } from './distributions.ts';
import { Stream } from './stream.ts';

vi.setConfig({ testTimeout: 60_000 });

const N = 400_000;

function sample(distribution: Distribution, n = N): Float64Array {
  const stream = new Stream();
  stream.seed(JSON.stringify(distribution));
  const block = new Float64Array(n);
  drawFrom(stream, distribution)(block);
  return block;
}

type Cdf = (x: number) => number;
const between = (x: number) => Math.min(1, Math.max(0, x));
const uniformCdf =
  (from: number, to: number): Cdf =>
  (x) =>
    between((x - from) / (to - from));
const lognormalCdf =
  (mu: number, sigma: number): Cdf =>
  (x) =>
    normalCdf((Math.log(x) - mu) / sigma);
const exponentialCdf =
  (meanMs: number): Cdf =>
  (x) =>
    1 - Math.exp(-x / meanMs);
/** 1 − Σ e^−y·y^i / i! over i < k, of y = kx / mean. */
const erlangCdf =
  (meanMs: number, shape: number): Cdf =>
  (x) => {
    const y = (shape * x) / meanMs;
    let [term, sum] = [Math.exp(-y), 0];
    for (let i = 0; i < shape; i++) {
      sum += term;
      term *= y / (i + 1);
    }
    return 1 - sum;
  };

// Each with its mean, variance and distribution function as textbooks have them.
const cases: readonly (readonly [Distribution, number, number, Cdf])[] = [
  [{ kind: 'exponential', meanMs: 200 }, 200, 200 ** 2, exponentialCdf(200)],
  [{ kind: 'uniform', fromMs: 50, toMs: 350 }, 200, 300 ** 2 / 12, uniformCdf(50, 350)],
  [{ kind: 'lognormal', meanMs: 200, sigma: 0.5 }, 200, 200 ** 2 * Math.expm1(0.25), lognormalCdf(Math.log(200) - 0.125, 0.5)],
  [
    { kind: 'lognormalPercentiles', p50Ms: 100, p99Ms: 1000 },
    100 * Math.exp(0.5 * 0.98978537 ** 2),
    100 ** 2 * Math.exp(0.98978537 ** 2) * Math.expm1(0.98978537 ** 2),
    lognormalCdf(Math.log(100), 0.98978537), // σ = ln 10 / 2.32634787
  ],
  [{ kind: 'erlang', meanMs: 200, shape: 1 }, 200, 200 ** 2, exponentialCdf(200)],
  [{ kind: 'erlang', meanMs: 200, shape: 3 }, 200, 200 ** 2 / 3, erlangCdf(200, 3)],
  [{ kind: 'erlang', meanMs: 200, shape: 40 }, 200, 200 ** 2 / 40, erlangCdf(200, 40)],
  [
    { kind: 'empirical', quantilesMs: [0, 100, 400] },
    (50 + 250) / 2,
    (100 ** 2 / 3 + (100 ** 2 + 100 * 400 + 400 ** 2) / 3) / 2 - 150 ** 2,
    (x) => (x < 100 ? x / 200 : 0.5 + (x - 100) / 600),
  ],
  [
    {
      kind: 'mixture',
      parts: [
        { share: 0.9, distribution: { kind: 'exponential', meanMs: 100 } },
        { share: 0.1, distribution: { kind: 'uniform', fromMs: 1000, toMs: 1200 } },
      ],
    },
    0.9 * 100 + 0.1 * 1100,
    0.9 * 2 * 100 ** 2 + 0.1 * (1100 ** 2 + 200 ** 2 / 12) - 200 ** 2,
    (x) => 0.9 * exponentialCdf(100)(x) + 0.1 * uniformCdf(1000, 1200)(x),
  ],
];

describe.each(cases)('%j', (distribution, expectedMean, expectedVariance, cdf) => {
  const draws = sample(distribution);

  test('mean and variance in closed form', () => {
    expect(mean(distribution) / expectedMean).toBeCloseTo(1, 7);
    expect(variance(distribution) / expectedVariance).toBeCloseTo(1, 7);
  });

  test('samples have this mean', () => {
    assertInside(average([...draws]), meanInterval(expectedMean, Math.sqrt(expectedVariance), N));
  });

  test('samples have this variance', () => {
    const squares = draws.map((x) => (x - expectedMean) ** 2);
    const spread = average([...squares.map((square) => (square - expectedVariance) ** 2)]);
    assertInside(average([...squares]), meanInterval(expectedVariance, Math.sqrt(spread), N));
  });

  test('samples have this distribution (Kolmogorov–Smirnov)', () => {
    expect(kolmogorovDistance(draws, cdf)).toBeLessThan(kolmogorovLimit(N));
  });

  test.each([0.01, 0.1, 0.5, 0.9, 0.99])('as many samples as should lie below %d of the largest', (share) => {
    const x = share * Math.max(...draws.subarray(0, 1000));
    assertInside(draws.reduce((below, value) => below + (value <= x ? 1 : 0), 0) / N, binomialInterval(cdf(x), N));
  });
});

test('constant', () => {
  const constant: Distribution = { kind: 'constant', valueMs: 20 };
  expect([mean(constant), variance(constant)]).toEqual([20, 0]);
  expect(new Set(sample(constant, 1000))).toEqual(new Set([20]));
});

test('1% of the samples pass the 99th percentile that was asked for, half of them the median', () => {
  const draws = sample({ kind: 'lognormalPercentiles', p50Ms: 80, p99Ms: 300 });
  assertInside(draws.reduce((above, x) => above + (x > 300 ? 1 : 0), 0) / N, binomialInterval(0.01, N));
  assertInside(draws.reduce((above, x) => above + (x > 80 ? 1 : 0), 0) / N, binomialInterval(0.5, N));
});

test('quantiles that are equal hold their share of the samples', () => {
  const draws = sample({ kind: 'empirical', quantilesMs: [0, 100, 100, 400] });
  assertInside(draws.reduce((at, x) => at + (x === 100 ? 1 : 0), 0) / N, binomialInterval(1 / 3, N));
});

test('an Erlang of a thousand stages does not underflow', () => {
  const draws = [...sample({ kind: 'erlang', meanMs: 200, shape: 1000 }, 10_000)];
  assertInside(average(draws), meanInterval(200, 200 / Math.sqrt(1000), draws.length));
});

const time = fc.double({ min: 0.001, max: 1e6, noNaN: true });
const simple: fc.Arbitrary<SimpleDistribution> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), valueMs: time }),
  fc.record({ kind: fc.constant('exponential' as const), meanMs: time }),
  fc.tuple(time, time).map(([a, b]) => ({ kind: 'uniform' as const, fromMs: Math.min(a, b), toMs: Math.max(a, b) })),
  time.map((ms) => ({ kind: 'uniform' as const, fromMs: ms, toMs: ms })),
  fc.record({ kind: fc.constant('lognormal' as const), meanMs: time, sigma: fc.double({ min: 0.001, max: 2, noNaN: true }) }),
  fc.record({ kind: fc.constant('erlang' as const), meanMs: time, shape: fc.integer({ min: 1, max: 50 }) }),
  fc
    .array(time, { minLength: 2, maxLength: 6 })
    .map((quantiles) => ({ kind: 'empirical' as const, quantilesMs: quantiles.sort((a, b) => a - b) })),
  time.map((ms) => ({ kind: 'empirical' as const, quantilesMs: [ms, ms, ms] })),
);
const any: fc.Arbitrary<Distribution> = fc.oneof(
  simple,
  fc.tuple(simple, simple, fc.double({ min: 0, max: 1, noNaN: true })).map(([first, second, share]) => ({
    kind: 'mixture' as const,
    parts: [
      { share, distribution: first },
      { share: 1 - share, distribution: second },
    ],
  })),
);

test('no variance is negative', () => {
  fc.assert(
    fc.property(any, (distribution) => {
      expect(variance(distribution)).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 1000 },
  );
});

test('draws are finite times, the same in blocks of any size', () => {
  fc.assert(
    fc.property(any, fc.integer({ min: 1, max: 63 }), (distribution, cut) => {
      const whole = sample(distribution, 64);
      for (const ms of whole) expect(ms >= 0 && ms < Infinity).toBe(true);
      const stream = new Stream();
      stream.seed(JSON.stringify(distribution));
      const draw = drawFrom(stream, distribution);
      const parts = new Float64Array(64);
      draw(parts.subarray(0, cut));
      draw(parts.subarray(cut));
      expect(parts).toEqual(whole);
    }),
  );
});

test('uniform without bounds is uniform on (0, 1)', () => {
  const stream = new Stream();
  stream.seed('uniform');
  const block = new Float64Array(N);
  drawUniform(stream)(block);
  expect(kolmogorovDistance(block, between)).toBeLessThan(kolmogorovLimit(N));
});

describe('the chooser', () => {
  const choose = chooser([0.25, 0, 0.5, 0.25]);
  test.each([
    [2 ** -33, 0],
    [0.25 - 2 ** -33, 0],
    [0.25, 2], // a share of 0 is never chosen
    [0.75 - 2 ** -33, 2],
    [0.75, 3],
    [1 - 2 ** -33, 3],
  ])('%d chooses %i', (uniform, index) => {
    expect(choose(uniform)).toBe(index);
  });

  test('the last takes what rounding leaves of the sum', () => {
    expect(chooser(Array.from({ length: 10 }, () => 0.0999999999))(1 - 2 ** -33)).toBe(9);
  });
});
