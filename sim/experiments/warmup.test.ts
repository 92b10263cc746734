import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Flows } from '../metrics/flows.ts';
import { scenarioOf } from '../testing.ts';
import { isTransient, mser5, settleWarmup, warmupFloor } from './warmup.ts';

/** MSER-5 as its paper has it: batch means of five; the cut d within the first half that makes s²(d) / (n − d) least. */
function mser5Directly(observations: readonly number[]): { cut: number; score: (cut: number) => number } {
  const batches: number[] = [];
  for (let i = 0; i + 5 <= observations.length; i += 5) batches.push(observations.slice(i, i + 5).reduce((sum, x) => sum + x, 0) / 5);
  const score = (cut: number) => {
    const rest = batches.slice(cut / 5);
    const mean = rest.reduce((sum, x) => sum + x, 0) / rest.length;
    return rest.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rest.length ** 2;
  };
  let cut = 0;
  for (let d = 0; d <= batches.length / 2 && d < batches.length; d++) if (score(5 * d) < score(cut)) cut = 5 * d;
  return { cut, score };
}

describe('MSER-5', () => {
  test('is what a direct implementation finds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 1000 }), { maxLength: 150 }), (observations) => {
        const { cut, score } = mser5Directly(observations);
        const found = mser5(observations);
        expect(found % 5).toBe(0);
        expect(found).toBeLessThanOrEqual(observations.length / 2 + 5);
        if (found !== cut) expect(score(found)).toBeCloseTo(score(cut), 9); // two cuts as good but for rounding
      }),
      { numRuns: 300 },
    );
  });

  test('cuts off a start that is not like the rest', () => {
    const steady = (i: number) => 100 + ((i * 37) % 11) - 5;
    const series = (transient: number) => Array.from({ length: 200 }, (_, i) => (i < transient ? i : steady(i)));
    expect(mser5(series(30))).toBe(30);
    expect(mser5(series(32))).toBe(35);
  });

  test('a run that never settles gives the half', () => {
    expect(mser5(Array.from({ length: 100 }, (_, i) => -Math.exp(-i / 100)))).toBe(50);
  });

  test('nothing to cut: a constant, too few observations, none', () => {
    expect([mser5(Array.from({ length: 50 }, () => 7)), mser5([9, 1, 1, 1]), mser5([])]).toEqual([0, 0, 0]);
  });
});

describe('the floor', () => {
  test('is the longest holding time, rounded up to a second', () => {
    expect(warmupFloor(scenarioOf({}))).toBe(31_000); // 1.5 + 20 + 30,000 + 15
    expect(warmupFloor(scenarioOf({ 'smtp.timeoutMs': 963.5 }))).toBe(1_000);
    expect(warmupFloor(scenarioOf({ 'smtp.timeoutMs': 964 }))).toBe(2_000);
  });
});

describe('the warm-up', () => {
  const span = (busy: number) => ({ busyWorkerMs: [busy * 1000], durationMs: 1000 }) as unknown as Flows;
  const settle = (settings: Record<string, unknown>, spans: readonly Flows[] | null) => {
    const lengths: number[] = [];
    const warmup = settleWarmup(scenarioOf(settings), (lengthMs) => {
      lengths.push(lengthMs);
      return Promise.resolve(spans);
    });
    return warmup.then((found) => ({ found, lengths }));
  };
  const rising = (until: number) => Array.from({ length: 155 }, (_, i) => span(i < until ? i : 200 + ((i * 7) % 5)));

  test('is the floor where MSER-5 would cut less', async () => {
    expect(await settle({}, rising(10))).toEqual({ found: { ms: 31_000, rule: 'floor' }, lengths: [31_000 + 120_000] });
  });

  test('is what MSER-5 says where that is more', async () => {
    expect((await settle({}, rising(50))).found).toEqual({ ms: 50_000, rule: 'MSER-5' });
    expect((await settle({}, rising(155))).found).toEqual({ ms: 75_000, rule: 'MSER-5 at its bound' });
    expect((await settle({ 'run.measureMs': 1e6 }, rising(50))).lengths).toEqual([5 * 31_000]);
  });

  test('is what was given, without a pilot run', async () => {
    expect(await settle({ 'run.warmup': 1234 }, null)).toEqual({ found: { ms: 1234, rule: 'given' }, lengths: [] });
  });

  test('is none for a transient', async () => {
    const faults = [{ kind: 'databaseDown', atMs: 5, forMs: 5 }];
    expect(await settle({ faults }, null)).toEqual({ found: { ms: 0, rule: 'transient' }, lengths: [] });
    expect(isTransient(scenarioOf({ 'arrivals.rateSteps': [{ atMs: 5, factor: 2 }] }))).toBe(true);
    expect(isTransient(scenarioOf({}))).toBe(false);
  });

  test('is not known where the pilot run was stopped', async () => {
    expect((await settle({}, null)).found).toBeNull();
  });
});
