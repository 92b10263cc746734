import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linearScale, logScale, onAxis } from './scale.ts';

test('a linear scale has equal steps for equal differences', () => {
  const scale = linearScale(100, 1400);
  expect([100, 425, 750, 1400, 2700].map(scale)).toEqual([0, 0.25, 0.5, 1, 2]);
  expect(linearScale(900, 900)(900)).toBe(0.5);
});

test('a log scale has equal steps for equal factors; nothing at all is infinitely far below', () => {
  const scale = logScale(0.001, 100);
  expect([0.0001, 0.001, 0.1, 100, 1e5].map((value) => Number(scale(value).toFixed(12)))).toEqual([-0.2, 0, 0.4, 1, 1.6]);
  expect([0, -1].map(scale)).toEqual([-Infinity, -Infinity]);
});

test('a scale never falls, and a place on the axis is on it', () => {
  const value = fc.double({ noNaN: true });
  fc.assert(
    fc.property(value, value, (a, b) => {
      for (const scale of [linearScale(-3, 7), logScale(0.001, 100)]) {
        const [low, high] = [scale(Math.min(a, b)), scale(Math.max(a, b))];
        expect(low).toBeLessThanOrEqual(high);
        for (const share of [low, high].map(onAxis)) expect(share >= 0 && share <= 1).toBe(true);
      }
    }),
  );
});
