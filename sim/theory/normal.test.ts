import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalCdf } from './normal.ts';

// mpmath's ncdf with 60 digits, at the doubles written here.
test.each([
  [-37.5, 4.605353009581955e-308],
  [-33.3, 1.93050550592784e-243],
  [-20, 2.7536241186062337e-89],
  [-14.123, 1.3703542149579025e-45],
  [-10, 7.619853024160525e-24],
  [-5.7, 5.990371401063528e-9],
  [-5.6, 1.071759025831093e-8],
  [-3, 0.0013498980316300946],
  [-1.96, 0.024997895148220435],
  [-1, 0.15865525393145705],
  [-0.67, 0.2514288950953101],
  [-0.5, 0.3085375387259869],
  [0, 0.5],
  [0.3, 0.6179114221889526],
  [1, 0.8413447460685429],
  [2, 0.9772498680518208],
  [5, 0.9999997133484281],
])('Φ(%d) = %d', (z, probability) => {
  expect(Math.abs(normalCdf(z) / probability - 1)).toBeLessThan(1.5e-15);
});

test('Φ(−z) = 1 − Φ(z)', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 40, noNaN: true }), (z) => {
      expect(normalCdf(-z)).toBeCloseTo(1 - normalCdf(z), 15);
    }),
  );
});

test('grows by the density', () => {
  fc.assert(
    fc.property(fc.double({ min: -36, max: 5, noNaN: true }), (z) => {
      const h = 1e-3; // fourth-order central difference: its error is h⁴·z⁴ / 30, at most 1e-7; the rounding 1e-16 / h of Φ
      const slope = (8 * (normalCdf(z + h) - normalCdf(z - h)) - (normalCdf(z + 2 * h) - normalCdf(z - 2 * h))) / (12 * h);
      const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
      expect(Math.abs(slope - density)).toBeLessThanOrEqual(1e-7 * density + 1e-12 * normalCdf(z));
    }),
  );
});

test('ends in 0 and 1', () => {
  expect(normalCdf(-Infinity)).toBe(0);
  expect(normalCdf(-1e10)).toBe(0);
  expect(normalCdf(Infinity)).toBe(1);
  expect(() => normalCdf(Number.NaN)).toThrow(RangeError);
});
