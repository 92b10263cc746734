import { describe, expect, test } from 'vitest';
import type { Flows } from '../metrics/flows.ts';
import { OUTCOMES } from '../stations/requests.ts';
import { estimate, halfWidth } from './estimate.ts';
import { rateEstimate } from './point.ts';

describe('mean and half-width', () => {
  test('as worked by hand: 4, 6, 8 and 10 have the mean 7, s² = 20 / 3, and t(0.975, 3) = 3.182446', () => {
    const { mean, halfWidth } = estimate([4, 6, 8, 10]);
    expect(mean).toBe(7);
    expect(halfWidth).toBeCloseTo((3.182446305 * Math.sqrt(20 / 3)) / 2, 8);
  });

  test('of two: t(0.975, 1) = 12.706205', () => {
    expect(halfWidth([1, 2])).toBeCloseTo(12.70620474 * 0.5, 7);
  });

  test('there is none of one, and of equal values it is 0', () => {
    expect(estimate([5])).toEqual({ mean: 5, halfWidth: null });
    expect(estimate([5, 5, 5])).toEqual({ mean: 5, halfWidth: 0 });
  });
});

describe('a rejection rate', () => {
  const REJECTED = OUTCOMES.indexOf('rejected');
  const span = (rejected: number, arrivals: number) =>
    ({ arrivals, outcomes: OUTCOMES.map((_, i) => (i === REJECTED ? rejected : 0)) }) as unknown as Flows;

  test('is all 503s ÷ all arrivals, with the half-width of the single rates', () => {
    const { mean, halfWidth, upper } = rateEstimate([span(1, 100), span(3, 100), span(4, 200)]);
    expect(mean).toBe(8 / 400);
    expect(halfWidth).toBeCloseTo((4.30265273 * 0.01) / Math.sqrt(3), 9); // of 0.01, 0.03, 0.02: s = 0.01, t(0.975, 2) = 4.302653
    expect(upper).toBeCloseTo(mean + halfWidth!, 12);
  });

  test('of which none was seen is bounded by 3 ÷ arrivals, never ±0', () => {
    expect(rateEstimate([span(0, 1000), span(0, 500)])).toEqual({ mean: 0, halfWidth: 0.002, upper: 0.002 });
    expect(rateEstimate([span(0, 2)]).upper).toBe(1);
  });

  test('from one measurement has no half-width, and no bound passes 1', () => {
    expect(rateEstimate([span(5, 10)])).toEqual({ mean: 0.5, halfWidth: null, upper: null });
    expect(rateEstimate([span(10, 10), span(2, 10)]).upper).toBe(1);
  });

  test('without arrivals is not known', () => {
    expect(rateEstimate([span(0, 0)])).toEqual({ mean: 0, halfWidth: null, upper: null });
  });
});
