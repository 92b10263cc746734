import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Distribution, SimpleDistribution } from '../engine/distributions.ts';
import { meanUpTo } from './truncated-mean.ts';

/** A distribution for quadrature: S = value(x), growing with x, where x has the density `weight` and `bounds` are where either bends. */
interface Law {
  readonly value: (x: number) => number;
  readonly weight: (x: number) => number;
  readonly bounds: readonly number[];
}

const Z99 = 2.3263478740408408;
const identity = (x: number) => x;

function lognormalLaw(m: number, sigma: number): Law {
  const weight = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return { value: (z) => Math.exp(m + sigma * z), weight, bounds: [-10, 10 + sigma] };
}

function erlangLaw(meanMs: number, shape: number): Law {
  let logConstant = 0;
  for (let i = 2; i < shape; i++) logConstant += Math.log(i);
  const weight = (x: number) => Math.exp((x > 0 ? (shape - 1) * Math.log(x) : shape > 1 ? -Infinity : 0) - x - logConstant);
  const reach = 9 * Math.sqrt(shape);
  return { value: (x) => (x * meanMs) / shape, weight, bounds: [Math.max(0, shape - reach), shape + reach + 30] };
}

function empiricalLaw(quantilesMs: readonly number[]): Law {
  const value = (x: number) => {
    const from = Math.min(Math.floor(x), quantilesMs.length - 2);
    return quantilesMs[from]! + (x - from) * (quantilesMs[from + 1]! - quantilesMs[from]!);
  };
  return { value, weight: () => 1 / (quantilesMs.length - 1), bounds: quantilesMs.map((_, index) => index) };
}

function lawOf(distribution: Exclude<SimpleDistribution, { kind: 'constant' }>): Law {
  switch (distribution.kind) {
    case 'exponential':
      return {
        value: identity,
        weight: (x) => Math.exp(-x / distribution.meanMs) / distribution.meanMs,
        bounds: [0, 40 * distribution.meanMs],
      };
    case 'uniform':
      return empiricalLaw([distribution.fromMs, distribution.toMs]);
    case 'lognormal':
      return lognormalLaw(Math.log(distribution.meanMs) - distribution.sigma ** 2 / 2, distribution.sigma);
    case 'lognormalPercentiles':
      return lognormalLaw(Math.log(distribution.p50Ms), Math.log(distribution.p99Ms / distribution.p50Ms) / Z99);
    case 'erlang':
      return erlangLaw(distribution.meanMs, distribution.shape);
    case 'empirical':
      return empiricalLaw(distribution.quantilesMs);
  }
}

function simpson(f: (x: number) => number, from: number, to: number): number {
  const panels = 2000;
  const h = (to - from) / (2 * panels);
  let sum = f(from) + f(to);
  for (let i = 1; i < 2 * panels; i++) sum += f(from + i * h) * (i % 2 === 1 ? 4 : 2);
  return (sum * h) / 3;
}

/** E[min(S, cap)] by Simpson's rule, each smooth piece by itself: min bends where value(x) = cap, which is found by bisection. */
function quadrature({ value, weight, bounds }: Law, capMs: number): number {
  let low = bounds[0]!;
  let high = bounds.at(-1)!;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (value(middle) < capMs) low = middle;
    else high = middle;
  }
  const pieces = [...bounds, low].sort((a, b) => a - b);
  return pieces.slice(1).reduce((sum, to, i) => sum + simpson((x) => Math.min(value(x), capMs) * weight(x), pieces[i]!, to), 0);
}

const examples: Exclude<SimpleDistribution, { kind: 'constant' }>[] = [
  { kind: 'exponential', meanMs: 200 },
  { kind: 'uniform', fromMs: 50, toMs: 500 },
  { kind: 'lognormal', meanMs: 200, sigma: 0.5 },
  { kind: 'lognormal', meanMs: 1600, sigma: 2 },
  { kind: 'lognormalPercentiles', p50Ms: 80, p99Ms: 900 },
  { kind: 'erlang', meanMs: 200, shape: 1 },
  { kind: 'erlang', meanMs: 200, shape: 4 },
  { kind: 'erlang', meanMs: 200, shape: 1000 },
  { kind: 'empirical', quantilesMs: [10, 60, 60, 75, 200, 1200] },
];

// The error of Simpson's rule is h⁴ / 180 times a third derivative of a few units: with h = 0.01 means (exponential) or 0.006 deviations
// (lognormal) below 2e-10. What the bounds leave out is below 1e-15, the rounding of a density by way of its logarithm below 1e-12.
test.each(examples)('the closed form of %o is what quadrature gives', (distribution) => {
  for (const capMs of [1e-9, 1, 30, 60, 150, 180, 200, 203, 250, 700, 1500, 30_000]) {
    expect(meanUpTo(distribution, capMs) / quadrature(lawOf(distribution), capMs)).toBeCloseTo(1, 9);
  }
});

test('any lognormal, any cap: quadrature', () => {
  const sigma = fc.double({ min: 0.01, max: 2, noNaN: true });
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1e4, noNaN: true }),
      sigma,
      fc.double({ min: 0.1, max: 1e5, noNaN: true }),
      (meanMs, sigma, capMs) => {
        const distribution = { kind: 'lognormal', meanMs, sigma } as const;
        expect(meanUpTo(distribution, capMs) / quadrature(lawOf(distribution), capMs)).toBeCloseTo(1, 9);
      },
    ),
    { numRuns: 50 },
  );
});

test('without a cap it is the mean', () => {
  for (const distribution of examples) {
    if ('meanMs' in distribution) expect(meanUpTo(distribution, Infinity) / distribution.meanMs).toBeCloseTo(1, 13);
  }
  const sigma = Math.log(900 / 80) / Z99;
  expect(meanUpTo({ kind: 'constant', valueMs: 7 }, Infinity)).toBe(7);
  expect(meanUpTo({ kind: 'uniform', fromMs: 50, toMs: 500 }, Infinity)).toBe(275);
  expect(meanUpTo({ kind: 'lognormalPercentiles', p50Ms: 80, p99Ms: 900 }, Infinity)).toBeCloseTo(80 * Math.exp(sigma ** 2 / 2), 11);
  expect(meanUpTo({ kind: 'empirical', quantilesMs: [0, 10, 30] }, Infinity)).toBe(12.5);
});

test('one Erlang stage is exponential, uniform is a pair of quantiles, sigma 0 is constant', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (capMs) => {
      const exponentialMs = meanUpTo({ kind: 'exponential', meanMs: 100 }, capMs);
      expect(meanUpTo({ kind: 'erlang', meanMs: 100, shape: 1 }, capMs)).toBeCloseTo(exponentialMs, 12);
      const uniformMs = meanUpTo({ kind: 'uniform', fromMs: 100, toMs: 300 }, capMs);
      expect(meanUpTo({ kind: 'empirical', quantilesMs: [100, 200, 300] }, capMs)).toBeCloseTo(uniformMs, 12);
      const constantMs = meanUpTo({ kind: 'constant', valueMs: 100 }, capMs);
      expect(meanUpTo({ kind: 'lognormal', meanMs: 100, sigma: 0 }, capMs)).toBeCloseTo(constantMs, 11);
    }),
  );
  expect(meanUpTo({ kind: 'lognormal', meanMs: 100, sigma: 0 }, 100)).toBeCloseTo(100, 11);
});

test('at most the cap, at most the mean, and growing with the cap by no more than the cap grows', () => {
  fc.assert(
    fc.property(fc.constantFrom(...examples), fc.double({ min: 1e-9, max: 2000, noNaN: true }), (distribution, capMs) => {
      const cutMs = meanUpTo(distribution, capMs);
      const slack = 1e-9;
      expect(cutMs).toBeGreaterThanOrEqual(0);
      expect(cutMs).toBeLessThanOrEqual(Math.min(capMs, meanUpTo(distribution, Infinity)) * (1 + 1e-14));
      const growthMs = meanUpTo(distribution, capMs + 1) - cutMs;
      expect(growthMs).toBeGreaterThanOrEqual(-slack);
      expect(growthMs).toBeLessThanOrEqual(1 + slack);
    }),
  );
  for (const distribution of examples) expect(meanUpTo(distribution, 0)).toBe(0);
});

test('a mixture by its shares: 2% of the transactions hang to the deadline', () => {
  const hangs: Distribution = {
    kind: 'mixture',
    parts: [
      { share: 0.98, distribution: { kind: 'exponential', meanMs: 200 } },
      { share: 0.02, distribution: { kind: 'constant', valueMs: 1e9 } },
    ],
  };
  expect(meanUpTo(hangs, 30_000)).toBeCloseTo(0.98 * 200 + 0.02 * 30_000, 9);
});

test('impossible arguments', () => {
  expect(() => meanUpTo({ kind: 'constant', valueMs: 1 }, -1)).toThrow(new RangeError('capMs must be at least 0, not -1'));
  expect(() => meanUpTo({ kind: 'constant', valueMs: 1 }, Number.NaN)).toThrow(RangeError);
  const impossible: Distribution[] = [
    { kind: 'constant', valueMs: -1 },
    { kind: 'exponential', meanMs: 0 },
    { kind: 'uniform', fromMs: -1, toMs: 1 },
    { kind: 'uniform', fromMs: 2, toMs: 1 },
    { kind: 'lognormal', meanMs: 200, sigma: -1 },
    { kind: 'lognormal', meanMs: 0, sigma: 1 },
    { kind: 'lognormalPercentiles', p50Ms: 100, p99Ms: 99 },
    { kind: 'lognormalPercentiles', p50Ms: 1, p99Ms: 1e300 },
    { kind: 'erlang', meanMs: 200, shape: 1.5 },
    { kind: 'erlang', meanMs: 200, shape: 0 },
    { kind: 'empirical', quantilesMs: [1] },
    { kind: 'empirical', quantilesMs: [1, 3, 2] },
    { kind: 'empirical', quantilesMs: [1, Infinity] },
    { kind: 'mixture', parts: [{ share: 0.9, distribution: { kind: 'constant', valueMs: 1 } }] },
  ];
  for (const distribution of impossible) expect(() => meanUpTo(distribution, 10), JSON.stringify(distribution)).toThrow(RangeError);
});
