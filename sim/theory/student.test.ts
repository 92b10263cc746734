import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalCdf } from './normal.ts';
import { studentQuantile } from './student.ts';

// The published tables, to the digits that mpmath gives with 60.
test.each([
  [1, 6.313751514675, 12.70620473617, 63.65674116287],
  [2, 2.919985580354, 4.302652729749, 9.924843200918],
  [3, 2.353363434802, 3.182446305284, 5.840909309733],
  [5, 2.015048373333, 2.570581835636, 4.032142983555],
  [9, 1.833112932656, 2.262157162798, 3.249835541592],
  [10, 1.812461122812, 2.228138851986, 3.169272672617],
  [30, 1.697260886594, 2.042272456301, 2.749995653567],
  [120, 1.657650899355, 1.979930405082, 2.617421145107],
  [Infinity, 1.644853626951, 1.95996398454, 2.575829303549],
])('table row of %d degrees of freedom', (df, q95, q975, q995) => {
  expect(studentQuantile(0.95, df)).toBeCloseTo(q95, 11);
  expect(studentQuantile(0.975, df)).toBeCloseTo(q975, 10);
  expect(studentQuantile(0.995, df)).toBeCloseTo(q995, 10);
});

// mpmath, 60 digits; probabilities that are exact in binary.
test.each([
  [0.75, 2.5, 0.7850136829923011],
  [0.9375, 19.25, 1.6039794124957578],
  [0.9375, 1e4, 1.5342491730984902],
  [0.96875, 1e6, 1.8627339489197143],
  [0.96875, 1e8, 1.862731888236609],
  [1 - 2 ** -40, 7, 105.4419708985448],
])('the quantile of %d with %d degrees of freedom is %d', (probability, df, quantile) => {
  expect(studentQuantile(probability, df) / quantile).toBeCloseTo(1, 13);
});

const tail = fc.double({ min: 1e-90, max: 0.49, noNaN: true });

test('one degree of freedom is the Cauchy distribution, two have a root', () => {
  fc.assert(
    fc.property(tail, (p) => {
      expect(studentQuantile(p, 1) * Math.tan(Math.PI * p)).toBeCloseTo(-1, 12);
      expect((studentQuantile(p, 2) * Math.sqrt(2 * p * (1 - p))) / (1 - 2 * p)).toBeCloseTo(-1, 12);
    }),
  );
});

test('with ever more degrees of freedom it becomes the inverse of the normal distribution', () => {
  fc.assert(
    fc.property(tail, (p) => {
      expect(normalCdf(studentQuantile(p, Infinity)) / p).toBeCloseTo(1, 11); // z² ≤ 400 times the rounding of z
      expect(studentQuantile(p, 1e17)).toBe(studentQuantile(p, Infinity));
    }),
  );
});

test('odd about the median, growing with the probability, and the wider the fewer the degrees of freedom', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.51, max: 0.9999, noNaN: true }), fc.double({ min: 1, max: 1e6, noNaN: true }), (p, df) => {
      const quantile = studentQuantile(p, df);
      expect(studentQuantile(1 - p, df) / quantile).toBeCloseTo(-1, 10);
      expect(studentQuantile(p - 0.005, df)).toBeLessThan(quantile);
      expect(studentQuantile(p, df * 1.1)).toBeLessThan(quantile);
    }),
  );
  expect(studentQuantile(0.5, 7)).toBe(0);
});

test('impossible arguments', () => {
  for (const probability of [0, 1, -0.1, 1e-101, Number.NaN]) expect(() => studentQuantile(probability, 5)).toThrow(RangeError);
  for (const df of [0.5, 0, -1, Number.NaN]) expect(() => studentQuantile(0.975, df)).toThrow(RangeError);
});
