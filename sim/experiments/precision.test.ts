import { describe, expect, test } from 'vitest';
import type { Point } from './point.ts';
import { DEFAULT_PRECISION, excess, scalePrecision } from './precision.ts';

// Of the 503 rate half the length of the interval counts, which does not lie evenly about it.
const about = (mean: number, half: number | null) =>
  half === null
    ? { mean, lower: null, upper: null, halfWidth: null }
    : { mean, lower: mean - 0.8 * half, upper: mean + 1.2 * half, halfWidth: 1.2 * half };
const point = (rate: number, rateHalf: number | null, p99: number, p99Half: number | null) =>
  ({ rejectionRate: about(rate, rateHalf), sojournMs: { p99: { value: p99, halfWidth: p99Half } } }) as Point;

test('the default: 0.02 percentage points or 5% of the 503 rate, 1 ms or 1% of p99, whichever is larger', () => {
  expect(DEFAULT_PRECISION).toEqual({ rejectionRate: { absolute: 0.0002, relative: 0.05 }, sojournP99: { absoluteMs: 1, relative: 0.01 } });
});

describe('the excess is the largest half-width, as a share of what is allowed', () => {
  test.each([
    ['a small 503 rate against the floor', point(0.001, 0.0003, 1000, 0), 1.5],
    ['a large one against its 5%', point(0.1, 0.0025, 1000, 0), 0.5],
    ['p99 against its 1%', point(0.1, 0, 1000, 20), 2],
    ['a short p99 against 1 ms', point(0.1, 0, 20, 0.5), 0.5],
    ['the worse of both', point(0.1, 0.01, 1000, 5), 2],
    [
      'no rejection seen, and a bound',
      { ...point(0, 0, 1000, 0), rejectionRate: { mean: 0, lower: 0, upper: 0.0004, halfWidth: 0.0004 } },
      1,
    ],
  ])('%s', (_, found, expected) => {
    expect(excess(found, DEFAULT_PRECISION)).toBeCloseTo(expected, 12);
  });

  test('where there is no half-width yet it is infinite', () => {
    expect(excess(point(0.1, null, 1000, 1), DEFAULT_PRECISION)).toBe(Infinity);
    expect(excess(point(0.1, 0, 1000, null), DEFAULT_PRECISION)).toBe(Infinity);
  });

  test('where no send was answered the 503 rate alone counts', () => {
    expect(excess({ ...point(0.1, 0.0025, 0, 0), sojournMs: null }, DEFAULT_PRECISION)).toBeCloseTo(0.5, 12);
  });
});

test('a scaled precision allows as many times the half-width', () => {
  const found = point(0.001, 0.0003, 1000, 5);
  expect(excess(found, scalePrecision(0.5))).toBeCloseTo(3, 12);
  expect(excess(found, scalePrecision(3))).toBeCloseTo(0.5, 12);
  expect(scalePrecision(1)).toEqual(DEFAULT_PRECISION);
});
