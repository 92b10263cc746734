import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linearScale, logScale } from './scale.ts';

test('a linear scale has equal steps for equal differences', () => {
  const scale = linearScale(100, 1400);
  expect([100, 425, 750, 1400].map(scale)).toEqual([0, 0.25, 0.5, 1]);
  expect([0, 2000].map(scale)).toEqual([0, 1]);
  expect(linearScale(900, 900)(900)).toBe(0.5);
});

test('a log scale has equal steps for equal factors, and a place for nothing at all', () => {
  const scale = logScale(0.001, 100);
  expect([0, 0.0001, 0.001, 0.1, 100, 1e9].map((value) => Number(scale(value).toFixed(12)))).toEqual([0, 0, 0, 0.4, 1, 1]);
});

test('a scale never leaves its axis and never falls', () => {
  const value = fc.double({ noNaN: true });
  fc.assert(
    fc.property(value, value, (a, b) => {
      for (const scale of [linearScale(-3, 7), logScale(0.001, 100)]) {
        const [low, high] = [scale(Math.min(a, b)), scale(Math.max(a, b))];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(high);
      }
    }),
  );
});
