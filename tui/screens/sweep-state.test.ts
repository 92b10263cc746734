import { expect, test } from 'vitest';
import { after, begun, finished, KNEE, madeUpPoint, RATES, runs, underWay } from './made-up.test.data.ts';
import { cursorOf, kneeIndex, reduceSweep, type SweepEvent } from './sweep-state.ts';

const point = (ratePerSecond: number): SweepEvent => ({ kind: 'point', point: madeUpPoint(ratePerSecond), settled: true });
const move = (by: number): SweepEvent => ({ kind: 'move', by });

test('a sweep begins with no points, at the rate of its scenario', () => {
  const state = begun();
  expect(state.points).toEqual(RATES.map(() => null));
  expect(cursorOf(state)).toBe(RATES.indexOf(300));
  expect(cursorOf(begun([100, 220, 450]))).toBe(1); // or the one that is nearest
  expect(kneeIndex(state)).toBeNull();
});

test('runs and events are counted', () => {
  const state = after(begun(), ...runs(20, 3));
  expect(state.runs).toEqual({ planned: 20, finished: 3 });
  expect(state.events).toBe(3_600_000);
  expect(state.elapsedMs).toBe(195);
});

test('a point takes the place of its rate, in whatever order points come', () => {
  const state = after(begun(), point(900), point(200));
  expect(state.points.map((point) => point?.ratePerSecond ?? null).filter(Boolean)).toEqual([200, 900]);
  expect(state.points[8]?.ratePerSecond).toBe(900);
  expect(reduceSweep(state, point(123))).toBe(state);
});

test('a cursor that was not moved goes to the last rate below the knee as soon as that is known', () => {
  const ended = (ratePerSecond: number): SweepEvent => ({
    kind: 'ended',
    knee: { ratePerSecond, lower: ratePerSecond - 2, upper: ratePerSecond + 2, halfWidth: 2 },
    complete: true,
    elapsedMs: 0,
  });
  expect(cursorOf(after(begun(), point(100), point(1400)))).toBe(2);
  expect(cursorOf(after(begun(), ended(555)))).toBe(4);
  expect(cursorOf(after(begun(), move(-1), ended(555)))).toBe(1);
});

test('a cursor that was moved stays where it is, and never leaves the rates', () => {
  const moved = after(begun(), point(500), move(1));
  expect(cursorOf(moved)).toBe(3);
  expect(cursorOf(after(moved, point(900)))).toBe(3);
  expect(cursorOf(after(moved, move(Number.POSITIVE_INFINITY), move(1)))).toBe(13);
  expect(cursorOf(after(moved, move(Number.NEGATIVE_INFINITY), move(-1)))).toBe(0);
});

test('the knee marks the last rate below it', () => {
  expect(kneeIndex(underWay())).toBeNull();
  expect(kneeIndex(finished())).toBe(8);
  expect(finished().outcome).toEqual({ knee: KNEE, complete: true });
});

test('a chart is enlarged, another one instead, and none again', () => {
  const enlarge = (chart: 'pool' | 'database'): SweepEvent => ({ kind: 'enlarge', chart });
  expect(after(begun(), enlarge('pool')).enlarged).toBe('pool');
  expect(after(begun(), enlarge('pool'), enlarge('database')).enlarged).toBe('database');
  expect(after(begun(), enlarge('pool'), enlarge('pool')).enlarged).toBeNull();
});

test('a state is never changed', () => {
  const state = underWay();
  const before = structuredClone({ ...state, plan: null });
  after(state, point(900), move(3), ...runs(3, 3), { kind: 'ended', knee: KNEE, complete: true, elapsedMs: 1 });
  expect(structuredClone({ ...state, plan: null })).toEqual(before);
});
