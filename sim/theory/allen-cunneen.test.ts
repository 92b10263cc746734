import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allenCunneenWaitMs, kingmanWaitMs } from './allen-cunneen.ts';
import { mmcWaitMs } from './erlang.ts';
import { mg1WaitMs } from './mg1.ts';

const utilisation = fc.double({ min: 1e-9, max: 0.99, noNaN: true });
const scv = fc.double({ min: 0, max: 10, noNaN: true });

/** D/M/1 exactly: W = E[S]·σ / (1 − σ), where σ = e^(−(1 − σ) / ρ) (L. Kleinrock, Queueing Systems I). */
function dm1WaitMs(utilisation: number, meanServiceMs: number): number {
  let sigma = 0;
  for (let i = 0; i < 10_000; i++) sigma = Math.exp((sigma - 1) / utilisation);
  return (meanServiceMs * sigma) / (1 - sigma);
}

test('exact for M/M/c', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), utilisation, (c, rho) => {
      expect(allenCunneenWaitMs(c, rho * c, 200, 1, 1)).toBeCloseTo(mmcWaitMs(c, rho * c, 200), 12);
    }),
  );
});

test('exact for M/G/1', () => {
  fc.assert(
    fc.property(utilisation, scv, (rho, serviceScv) => {
      const exactMs = mg1WaitMs((rho / 200) * 1000, 200, serviceScv * 200 ** 2);
      expect(Math.abs(kingmanWaitMs(rho, 200, 1, serviceScv) - exactMs)).toBeLessThanOrEqual(1e-12 * exactMs);
    }),
  );
});

test("Kingman's is an upper bound for D/M/1, and right in heavy traffic", () => {
  for (const rho of [0.5, 0.8, 0.95, 0.99]) {
    const relative = kingmanWaitMs(rho, 200, 0, 1) / dm1WaitMs(rho, 200);
    expect(relative).toBeGreaterThan(1);
    expect(relative - 1).toBeLessThan(2 * (1 - rho)); // vanishes as ρ approaches 1
  }
});

test('no wait without variability, an endless one from a = c on, whatever the variability', () => {
  expect(allenCunneenWaitMs(3, 2, 200, 0, 0)).toBe(0);
  expect(allenCunneenWaitMs(3, 3, 200, 0, 0)).toBe(Infinity);
  expect(kingmanWaitMs(1.5, 200, 1, 1)).toBe(Infinity);
});

test('impossible arguments', () => {
  expect(() => allenCunneenWaitMs(0, 1, 200, 1, 1)).toThrow(RangeError);
  expect(() => allenCunneenWaitMs(3, 2, 200, -1, 1)).toThrow(new RangeError('arrivalScv must be a finite number of at least 0, not -1'));
  expect(() => kingmanWaitMs(-0.5, 200, 1, 1)).toThrow(new RangeError('utilisation must be a finite number of at least 0, not -0.5'));
  expect(() => kingmanWaitMs(0.5, 200, 1, Number.NaN)).toThrow(RangeError);
});
