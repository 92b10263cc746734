import { describe, expect, test } from 'vitest';
import type { Distribution } from '../../fixtures/schema.ts';
import { mean, variance } from '../../sim/engine/distributions.ts';
import { assertInside, interval } from '../../sim/testing.ts';
import { drawLatency } from './latency.ts';

const simple: Distribution[] = [
  { kind: 'exponential', meanMs: 80 },
  { kind: 'uniform', fromMs: 10, toMs: 30 },
  { kind: 'lognormal', meanMs: 200, sigma: 0.5 },
  { kind: 'lognormalPercentiles', p50Ms: 100, p99Ms: 300 },
  { kind: 'erlang', meanMs: 90, shape: 3 },
  { kind: 'empirical', quantilesMs: [0, 10, 50] },
  {
    kind: 'mixture',
    parts: [
      { share: 0.3, distribution: { kind: 'constant', valueMs: 5 } },
      { share: 0.7, distribution: { kind: 'uniform', fromMs: 0, toMs: 9 } },
    ],
  },
];

describe.each(simple)('$kind', (distribution) => {
  const values = Array.from({ length: 20_000 }, () => drawLatency(distribution));
  test('has the mean and the variance that the model has', () => {
    const mid = mean(distribution);
    assertInside(mid, interval(values));
    assertInside(variance(distribution), interval(values.map((value) => (value - mid) ** 2)));
  });
});

test('a constant is one', () => expect(drawLatency({ kind: 'constant', valueMs: 7 })).toBe(7));
