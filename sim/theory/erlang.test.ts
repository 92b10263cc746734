import fc from 'fast-check';
import { expect, test } from 'vitest';
import { erlangB, erlangC, mmcWaitMs } from './erlang.ts';

const servers = fc.integer({ min: 1, max: 2000 });
const loadPerServer = fc.double({ min: 0, max: 3, noNaN: true });

/** 1 / B = Σ_{i=0..c} c·(c−1)⋯(c−i+1) / a^i in fixed point with 60 decimals: the definition, summed from its largest term. */
function erlangBExactly(servers: number, offeredLoad: number): number {
  const one = 10n ** 60n;
  let term = one;
  let sum = one;
  for (let i = 0; i < servers; i++) {
    term = (term * BigInt(servers - i)) / BigInt(offeredLoad);
    sum += term;
  }
  return Number(10n ** 40n) / Number(sum / 10n ** 20n);
}

test.each([
  [5, 3, 0.1100543, 7],
  [10, 5, 0.0183846, 7],
  [50, 40, 0.0186907, 7],
  [250, 200, 7.74711e-5, 10],
  [250, 250, 0.0488048, 7],
])('Erlang B of %d servers at %d erlangs is %d', (servers, offeredLoad, blocking, digits) => {
  expect(erlangB(servers, offeredLoad)).toBeCloseTo(blocking, digits);
});

test('Erlang C of 50 servers at 40 erlangs', () => {
  expect(erlangC(50, 40)).toBeCloseTo(0.0869525, 7);
});

// c roundings of half an ulp each: at most 1e-12, in fact far fewer.
test.each([
  [10, 7],
  [50, 40],
  [1000, 900],
  [10_000, 9_000],
  [10_000, 10_000],
  [10_000, 20_000],
])('Erlang B of %d servers at %d erlangs is the definition in exact arithmetic', (servers, offeredLoad) => {
  expect(erlangB(servers, offeredLoad) / erlangBExactly(servers, offeredLoad)).toBeCloseTo(1, 12);
});

test("Erlang B at a = c follows Ramanujan's expansion of 1 + Q(c)", () => {
  const c = 10_000;
  const inverse = Math.sqrt((Math.PI * c) / 2) + 2 / 3 + Math.sqrt(Math.PI / (2 * c)) / 12 - 4 / (135 * c);
  expect(erlangB(c, c) * inverse).toBeCloseTo(1, 9); // the next term is below 1e-8 of 126
});

test('Erlang B is a probability, falls with the servers and grows with the load', () => {
  fc.assert(
    fc.property(servers, loadPerServer, (c, rho) => {
      const blocking = erlangB(c, rho * c);
      expect(blocking).toBeGreaterThanOrEqual(0);
      expect(blocking).toBeLessThanOrEqual(1);
      expect(erlangB(c + 1, rho * c)).toBeLessThanOrEqual(blocking);
      expect(erlangB(c, rho * c + 0.01)).toBeGreaterThanOrEqual(blocking);
    }),
  );
});

test('what a loss system carries, a(1 − B), is below both the load and the servers', () => {
  fc.assert(
    fc.property(servers, loadPerServer, (c, rho) => {
      const carried = rho * c * (1 - erlangB(c, rho * c));
      expect(carried).toBeLessThanOrEqual(Math.min(rho * c, c));
    }),
  );
});

test('Erlang C = B / (1 − ρ(1 − B)), a probability of at least B', () => {
  fc.assert(
    fc.property(servers, fc.double({ min: 0, max: 0.999, noNaN: true }), (c, rho) => {
      const blocking = erlangB(c, rho * c);
      const delayed = erlangC(c, rho * c);
      expect(delayed).toBeGreaterThanOrEqual(blocking * (1 - 1e-15));
      expect(delayed).toBeLessThanOrEqual(1);
      // The formula as written loses three digits to 1 − ρ(1 − B) when ρ is 0.999.
      const identity = blocking / (1 - rho * (1 - blocking));
      expect(Math.abs(delayed - identity)).toBeLessThanOrEqual(1e-12 * identity);
    }),
  );
});

test('M/M/1: an arrival waits with probability ρ, on average ρ / (1 − ρ) service times', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.99, noNaN: true }), (rho) => {
      expect(erlangC(1, rho)).toBeCloseTo(rho, 14);
      expect(mmcWaitMs(1, rho, 200)).toBeCloseTo((200 * rho) / (1 - rho), 9);
    }),
  );
});

test('with no load nobody waits or is rejected, with no server everybody is rejected', () => {
  expect(erlangB(0, 0)).toBe(1);
  expect(erlangB(0, 3)).toBe(1);
  expect(erlangB(7, 0)).toBe(0);
  expect(erlangC(7, 0)).toBe(0);
  expect(mmcWaitMs(7, 0, 200)).toBe(0);
});

test('from a = c on everybody waits, for ever', () => {
  for (const offeredLoad of [50, 51, 1e9, Number.MAX_VALUE]) {
    expect(erlangC(50, offeredLoad)).toBe(1);
    expect(mmcWaitMs(50, offeredLoad, 200)).toBe(Infinity);
  }
});

test('nothing overflows or turns into NaN at any load', () => {
  for (const offeredLoad of [5e-324, 1e-9, 1, 100, 5000, 9999, 9999.999999, 10_001, 20_000, 1e100, Number.MAX_VALUE]) {
    const blocking = erlangB(10_000, offeredLoad);
    expect(blocking).toBeGreaterThanOrEqual(0);
    expect(blocking).toBeLessThanOrEqual(1);
    expect(mmcWaitMs(10_000, offeredLoad, 200)).toBeGreaterThanOrEqual(0);
  }
  expect(erlangB(10_000, Number.MAX_VALUE)).toBe(1);
  expect(erlangB(1_000_000, 1_000_000)).toBeCloseTo(1 / (Math.sqrt(Math.PI * 5e5) + 2 / 3), 9);
});

test('impossible arguments are named', () => {
  expect(() => erlangB(-1, 3)).toThrow(new RangeError('servers must be a whole number of at least 0, not -1'));
  expect(() => erlangB(2.5, 3)).toThrow(RangeError);
  expect(() => erlangB(2, -3)).toThrow(new RangeError('offeredLoad must be a finite number of at least 0, not -3'));
  expect(() => erlangB(2, Number.NaN)).toThrow(RangeError);
  expect(() => erlangB(2, Infinity)).toThrow(RangeError);
  expect(() => erlangC(0, 3)).toThrow(RangeError);
  expect(() => mmcWaitMs(2, 1, -1)).toThrow(RangeError);
});
