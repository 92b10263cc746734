import { expect, test } from 'vitest';
import type { Distribution } from '../engine/distributions.ts';
import { secondMomentUpTo } from './second-moment.ts';

const near = (value: number, expected: number) => expect(Math.abs(value / expected - 1)).toBeLessThan(1e-3);

test.each<[string, Distribution, number]>([
  ['of a constant its square', { kind: 'constant', valueMs: 200 }, 200 ** 2],
  ['of an exponential twice the square of its mean', { kind: 'exponential', meanMs: 200 }, 2 * 200 ** 2],
  ['of a uniform (a² + ab + b²) / 3', { kind: 'uniform', fromMs: 100, toMs: 400 }, (100 ** 2 + 100 * 400 + 400 ** 2) / 3],
  ['of a lognormal mean² · e^σ²', { kind: 'lognormal', meanMs: 200, sigma: 0.5 }, 200 ** 2 * Math.exp(0.25)],
  ['of an Erlang mean² (1 + 1 / shape)', { kind: 'erlang', meanMs: 200, shape: 4 }, 200 ** 2 * 1.25],
])('%s', (_, distribution, expected) => {
  near(secondMomentUpTo(distribution, 30_000), expected);
});

test('a cap that cuts every duration leaves its square', () => {
  near(secondMomentUpTo({ kind: 'constant', valueMs: 900 }, 300), 300 ** 2);
});

test('a cap must be above 0 and finite', () => {
  expect(() => secondMomentUpTo({ kind: 'constant', valueMs: 1 }, 0)).toThrow(RangeError);
});
