import { describe, expect, test } from 'vitest';
import { estimate, halfWidth } from './estimate.ts';

describe('mean and half-width', () => {
  test('as worked by hand: 4, 6, 8 and 10 have the mean 7, s² = 20 / 3, and t(0.975, 3) = 3.182446', () => {
    const { mean, halfWidth } = estimate([4, 6, 8, 10]);
    expect(mean).toBe(7);
    expect(halfWidth).toBeCloseTo((3.182446305 * Math.sqrt(20 / 3)) / 2, 8);
  });

  test('of two: t(0.975, 1) = 12.706205', () => {
    expect(halfWidth([1, 2])).toBeCloseTo(12.70620474 * 0.5, 7);
  });

  test('is widened by a factor', () => {
    expect(estimate([4, 6, 8, 10], 1.5).halfWidth).toBeCloseTo(1.5 * estimate([4, 6, 8, 10]).halfWidth!, 12);
  });

  test('there is none of one, and of equal values it is 0', () => {
    expect(estimate([5])).toEqual({ mean: 5, halfWidth: null });
    expect(estimate([5, 5, 5])).toEqual({ mean: 5, halfWidth: 0 });
  });
});
