import fc from 'fast-check';
import { expect, test } from 'vitest';
import { erlangB, erlangC, mmcWaitMs } from './erlang.ts';
import { mmck, mmckWaitMs } from './mmck.ts';

const servers = fc.integer({ min: 1, max: 200 });
const extraPlaces = fc.integer({ min: 0, max: 500 });
const loadPerServer = fc.double({ min: 0.01, max: 3, noNaN: true });

test('M/M/1/5 at 0.8 erlangs', () => {
  const { blocking, meanInSystem } = mmck(1, 5, 0.8);
  expect(blocking).toBeCloseTo(0.0888195, 7);
  expect(meanInSystem).toBeCloseTo(1.868332, 6);
});

test('M/M/2/5 at 1.5 erlangs', () => {
  const { blocking, meanInSystem } = mmck(2, 5, 1.5);
  expect(blocking).toBeCloseTo(0.0851138, 7);
  expect(meanInSystem).toBeCloseTo(2.005954, 6);
});

test('M/M/1/K: p(K) = (1 − ρ)ρ^K / (1 − ρ^(K+1)), and 1 / (K + 1) at ρ = 1', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0.1, max: 0.9, noNaN: true }), (places, rho) => {
      expect(mmck(1, places, rho).blocking).toBeCloseTo(((1 - rho) * rho ** places) / (1 - rho ** (places + 1)), 13);
    }),
  );
  expect(mmck(1, 9, 1).blocking).toBeCloseTo(0.1, 14);
  expect(mmck(1, 9, 1).meanInSystem).toBeCloseTo(4.5, 13);
});

test('M/M/c/c is Erlang B, with nobody waiting', () => {
  fc.assert(
    fc.property(servers, loadPerServer, (c, rho) => {
      const { blocking, meanInQueue } = mmck(c, c, rho * c);
      expect(blocking).toBe(erlangB(c, rho * c));
      expect(meanInQueue).toBe(0);
      expect(mmckWaitMs(c, c, rho * c, 200)).toBe(0);
    }),
  );
});

test('with places without number M/M/c/K waits as M/M/c', () => {
  fc.assert(
    fc.property(servers, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (c, rho) => {
      const capacity = c + 1000; // 0.95^1000 = 5e-23: what K cuts off is below the rounding
      const wait = mmcWaitMs(c, rho * c, 200);
      expect(Math.abs(mmckWaitMs(c, capacity, rho * c, 200) - wait)).toBeLessThanOrEqual(1e-11 * wait);
      expect(mmck(c, capacity, rho * c).meanInQueue).toBeCloseTo((erlangC(c, rho * c) * rho) / (1 - rho), 9);
    }),
  );
});

test('the load carried is a(1 − blocking), and every figure is within its bounds', () => {
  fc.assert(
    fc.property(servers, extraPlaces, loadPerServer, (c, extra, rho) => {
      const state = mmck(c, c + extra, rho * c);
      expect(state.blocking).toBeGreaterThanOrEqual(0);
      expect(state.blocking).toBeLessThanOrEqual(1);
      expect(state.meanBusy).toBeLessThanOrEqual(c);
      expect(Math.abs(state.meanBusy - rho * c * (1 - state.blocking))).toBeLessThanOrEqual(1e-12 * state.meanBusy);
      expect(state.meanInQueue).toBeLessThanOrEqual(extra);
      expect(state.meanInSystem).toBeCloseTo(state.meanBusy + state.meanInQueue, 12);
    }),
  );
});

test('blocking grows with the load and falls with the places; the wait grows with both', () => {
  fc.assert(
    fc.property(servers, extraPlaces, loadPerServer, (c, extra, rho) => {
      const places = c + extra;
      const load = rho * c;
      expect(mmck(c, places, load * 1.01).blocking).toBeGreaterThanOrEqual(mmck(c, places, load).blocking);
      expect(mmck(c, places + 1, load).blocking).toBeLessThanOrEqual(mmck(c, places, load).blocking);
      const wait = mmckWaitMs(c, places, load, 200) * (1 - 1e-12);
      expect(mmckWaitMs(c, places, load * 1.01, 200)).toBeGreaterThanOrEqual(wait);
      expect(mmckWaitMs(c, places + 1, load, 200)).toBeGreaterThanOrEqual(wait);
    }),
  );
});

test('10,000 servers: never NaN, at any load', () => {
  for (const offeredLoad of [0, 5e-324, 1, 5000, 9000, 10_000, 10_500, 20_000, Number.MAX_VALUE]) {
    const { blocking, meanInSystem } = mmck(10_000, 12_000, offeredLoad);
    expect(blocking).toBeGreaterThanOrEqual(0);
    expect(blocking).toBeLessThanOrEqual(1);
    expect(meanInSystem).toBeGreaterThanOrEqual(0);
    expect(meanInSystem).toBeLessThanOrEqual(12_000);
    expect(mmckWaitMs(10_000, 12_000, offeredLoad, 200)).toBeGreaterThanOrEqual(0);
  }
  expect(mmck(10_000, 12_000, Number.MAX_VALUE)).toEqual({ blocking: 1, meanBusy: 10_000, meanInQueue: 2_000, meanInSystem: 12_000 });
  expect(mmck(10_000, 12_000, 0)).toEqual({ blocking: 0, meanBusy: 0, meanInQueue: 0, meanInSystem: 0 });
  expect(mmckWaitMs(10_000, 12_000, 0, 200)).toBe(0);
});

test('impossible arguments', () => {
  expect(() => mmck(0, 5, 1)).toThrow(RangeError);
  expect(() => mmck(5, 4, 1)).toThrow(new RangeError('capacity must be a whole number of at least 5, not 4'));
  expect(() => mmck(5, 5, -1)).toThrow(RangeError);
  expect(() => mmckWaitMs(5, 5, 1, Number.NaN)).toThrow(RangeError);
});
