import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mmcWaitMs } from './erlang.ts';
import { md1WaitMs, mg1WaitMs } from './mg1.ts';

const meanMs = fc.double({ min: 0.1, max: 1000, noNaN: true });
const utilisation = fc.double({ min: 1e-9, max: 0.99, noNaN: true });

test('worked by hand: 4 a second, 200 ms with a deviation of 100 ms: λE[S²] / (2(1 − ρ)) = 0.004 · 50,000 / 0.4', () => {
  expect(mg1WaitMs(4, 200, 10_000)).toBeCloseTo(500, 10);
});

test('an exponential service time gives M/M/1, a constant one half of it', () => {
  fc.assert(
    fc.property(utilisation, meanMs, (rho, mean) => {
      const ratePerSecond = (rho / mean) * 1000;
      const exponentialMs = mmcWaitMs(1, rho, mean);
      expect(Math.abs(mg1WaitMs(ratePerSecond, mean, mean ** 2) - exponentialMs)).toBeLessThanOrEqual(1e-12 * exponentialMs);
      expect(Math.abs(md1WaitMs(ratePerSecond, mean) - exponentialMs / 2)).toBeLessThanOrEqual(1e-12 * exponentialMs);
    }),
  );
});

test('no wait without arrivals, an endless one from ρ = 1 on', () => {
  expect(mg1WaitMs(0, 200, 100)).toBe(0);
  expect(mg1WaitMs(5, 200, 100)).toBe(Infinity);
  expect(md1WaitMs(6, 200)).toBe(Infinity);
});

test('impossible arguments', () => {
  expect(() => mg1WaitMs(-1, 200, 100)).toThrow(RangeError);
  expect(() => mg1WaitMs(1, -200, 100)).toThrow(RangeError);
  expect(() => mg1WaitMs(1, 200, -100)).toThrow(new RangeError('varianceServiceMs2 must be a finite number of at least 0, not -100'));
});
