import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundTicks } from './ticks.ts';

test.each([
  [100, 1400, 4, [400, 800, 1200]],
  [100, 1400, 8, [200, 400, 600, 800, 1000, 1200, 1400]],
  [0, 1, 5, [0, 0.25, 0.5, 0.75, 1]],
  [985, 986, 2, [985, 986]],
  [900, 900, 4, [900]],
  [100, 1400, 0, []],
])('from %d to %d, at most %d', (from, to, most, ticks) => {
  expect(roundTicks(from, to, most)).toEqual(ticks);
});

test('ticks lie on the axis, ascend, and are no more than asked for', () => {
  const end = fc.double({ min: 1e-3, max: 1e7, noNaN: true });
  fc.assert(
    fc.property(end, end, fc.integer({ min: 1, max: 40 }), (a, b, most) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const ticks = roundTicks(from, to, most);
      const slack = 1e-6 * (to - from) + 1e-9 * to;
      expect(ticks.length).toBeLessThanOrEqual(most);
      for (const [i, tick] of ticks.entries()) {
        expect(tick).toBeGreaterThanOrEqual(i === 0 ? from - slack : ticks[i - 1]!);
        expect(tick).toBeLessThanOrEqual(to + slack);
      }
    }),
  );
});
