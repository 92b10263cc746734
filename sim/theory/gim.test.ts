import fc from 'fast-check';
import { expect, test } from 'vitest';
import { erlangB } from './erlang.ts';
import { gimBlocking } from './gim.ts';

const servers = fc.integer({ min: 1, max: 1000 });
const loadPerServer = fc.double({ min: 0.01, max: 3, noNaN: true });
const shape = fc.integer({ min: 1, max: 50 });

/** The formula in fixed point with 60 decimals: its terms are rational, (1 − φ) / φ = ((ka + j)^k − (ka)^k) / (ka)^k. */
function gimBlockingExactly(servers: number, offeredLoad: number, shape: number): number {
  const one = 10n ** 60n;
  const k = BigInt(shape);
  const ka = k * BigInt(offeredLoad);
  let term = one;
  let sum = one;
  for (let j = 1n; j <= servers; j++) {
    term = (term * (BigInt(servers) - j + 1n) * ((ka + j) ** k - ka ** k)) / (j * ka ** k);
    sum += term;
  }
  return Number(10n ** 40n) / Number(sum / 10n ** 20n);
}

test.each([
  [40, 0.006053],
  [45, 0.032302],
  [50, 0.08192],
  [60, 0.200459],
])('50 servers behind round-robin over 5 at %d erlangs reject %d', (offeredLoad, blocking) => {
  expect(gimBlocking(50, offeredLoad, 5)).toBeCloseTo(blocking, 6);
});

// c roundings, of the term, the logarithm and the exponential: 1e-11 is generous.
test.each([
  [10, 7, 2],
  [50, 40, 5],
  [1000, 950, 10],
  [10_000, 9_800, 5],
  [10_000, 20_000, 5],
])('%d servers at %d erlangs of shape %d: the formula in exact arithmetic', (servers, offeredLoad, shape) => {
  expect(gimBlocking(servers, offeredLoad, shape) / gimBlockingExactly(servers, offeredLoad, shape)).toBeCloseTo(1, 11);
});

test('shape 1 is Erlang B', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), loadPerServer, (c, rho) => {
      const blocking = erlangB(c, rho * c);
      expect(Math.abs(gimBlocking(c, rho * c, 1) - blocking)).toBeLessThanOrEqual(1e-11 * blocking + 1e-307); // below 1e-308 it reads 0
    }),
  );
});

test('one server blocks an arrival that comes within the service before: φ(μ)', () => {
  fc.assert(
    fc.property(loadPerServer, shape, (load, k) => {
      expect(gimBlocking(1, load, k)).toBeCloseTo((1 + 1 / (k * load)) ** -k, 13);
    }),
  );
});

test('a large shape is D/M/c/c: evenly spaced arrivals, φ(jμ) = e^(−j/a)', () => {
  const [c, a] = [50, 40];
  let term = 1;
  let sum = 1;
  for (let j = 1; j <= c; j++) {
    term *= ((c - j + 1) / j) * (Math.exp(j / a) - 1);
    sum += term;
  }
  expect(gimBlocking(c, a, 1e12)).toBeCloseTo(1 / sum, 10);
  expect(gimBlocking(c, a, Number.MAX_VALUE)).toBeCloseTo(1 / sum, 10);
});

test('a probability that grows with the load and falls with the servers and with the evenness of the arrivals', () => {
  fc.assert(
    fc.property(servers, loadPerServer, shape, (c, rho, k) => {
      const load = rho * c;
      const blocking = gimBlocking(c, load, k);
      const noMoreThan = blocking * (1 + 1e-11);
      expect(blocking).toBeGreaterThanOrEqual(0);
      expect(blocking).toBeLessThanOrEqual(1);
      expect(gimBlocking(c, load * 0.99, k)).toBeLessThanOrEqual(noMoreThan);
      expect(gimBlocking(c + 1, load, k)).toBeLessThanOrEqual(noMoreThan);
      expect(gimBlocking(c, load, k + 1)).toBeLessThanOrEqual(noMoreThan);
    }),
  );
});

test('10,000 servers: never NaN, at any load and shape', () => {
  for (const shape of [0.5, 1, 5, 1000]) {
    for (const offeredLoad of [0, 5e-324, 1, 2500, 5000, 7500, 9000, 10_000, 12_500, 20_000, Number.MAX_VALUE]) {
      const blocking = gimBlocking(10_000, offeredLoad, shape);
      expect(blocking).toBeGreaterThanOrEqual(0);
      expect(blocking).toBeLessThanOrEqual(1);
    }
  }
  expect(gimBlocking(10_000, 0, 5)).toBe(0);
  expect(gimBlocking(10_000, Number.MAX_VALUE, 5)).toBe(1);
  expect(gimBlocking(0, 0, 5)).toBe(1);
});

test('impossible arguments', () => {
  expect(() => gimBlocking(-1, 3, 5)).toThrow(RangeError);
  expect(() => gimBlocking(5, -3, 5)).toThrow(RangeError);
  expect(() => gimBlocking(5, 3, 0)).toThrow(new RangeError('shape must be a finite number above 0, not 0'));
  expect(() => gimBlocking(5, 3, Infinity)).toThrow(RangeError);
});
