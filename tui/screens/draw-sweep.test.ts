import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Point } from '../../sim/experiments/point.ts';
import { drawApp } from '../shell/draw-app.ts';
import { plainText } from '../terminal/canvas.ts';
import { encode } from '../terminal/styles.ts';
import { textWidth } from '../terminal/text.ts';
import { after, appOn, begun, finished, KNEE, madeUpPoint, RATES, runs, underWay } from './made-up.test.data.ts';
import type { SweepEvent, SweepState } from './sweep-state.ts';

const screen = (state: SweepState, width: number, height: number) => drawApp(appOn(state), width, height).map(plainText);
const text = (state: SweepState, width: number, height: number) => screen(state, width, height).join('\n');

describe('golden frames, looked at one by one', () => {
  test.each([
    ['sweep', finished(), 60, 16],
    ['sweep', finished(), 80, 24],
    ['sweep', finished(), 120, 40],
    ['sweep', finished(), 200, 60],
    ['sweep-under-way', underWay(), 80, 24],
    ['sweep-under-way', underWay(), 120, 40],
    ['sweep-enlarged', after(finished(), { kind: 'enlarge', chart: 'pool' }), 80, 24],
    ['sweep-too-small', finished(), 59, 15],
  ])('%s', async (name, state, width, height) => {
    await expect(`${text(state, width, height)}\n`).toMatchFileSnapshot(`golden/${name}-${width}x${height}.txt`);
  });
});

describe('whatever comes', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const estimate = fc.record({ mean: share, halfWidth: fc.option(share) });
  const rejectionRate = fc.record({ mean: share, lower: fc.option(share), upper: fc.option(share), halfWidth: fc.option(share) });
  const rates = fc.uniqueArray(fc.double({ min: 1e-3, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 30 });
  const change: fc.Arbitrary<Partial<Point>> = fc.record({
    rejectionRate,
    poolUtilisation: estimate,
    databaseUtilisation: estimate,
    throughputPerSecond: fc.record({ mean: fc.double({ min: 0, max: 1e7, noNaN: true }), halfWidth: fc.constant(null) }),
    sojournMs: fc.constant(null),
  });
  const event = (rates: readonly number[]): fc.Arbitrary<SweepEvent> =>
    fc.oneof(
      fc.record({ kind: fc.constant('planned' as const), runs: fc.nat(100_000) }),
      fc.record({ kind: fc.constant('finished' as const), events: fc.nat(1e9), elapsedMs: fc.nat(1e9) }),
      fc
        .tuple(fc.constantFrom(...rates), change)
        .map(([rate, change]): SweepEvent => ({ kind: 'point', point: madeUpPoint(rate, change), settled: true })),
      fc.record({
        kind: fc.constant('ended' as const),
        knee: fc.option(
          fc.record({
            ratePerSecond: fc.constantFrom(...rates),
            lower: fc.option(share),
            upper: fc.option(share),
            halfWidth: fc.option(share),
          }),
        ),
        complete: fc.boolean(),
        elapsedMs: fc.nat(1e9),
      }),
      fc.record({ kind: fc.constant('move' as const), by: fc.integer({ min: -9, max: 9 }) }),
      fc.record({
        kind: fc.constant('enlarge' as const),
        chart: fc.constantFrom('pool' as const, 'rejection' as const, 'database' as const),
      }),
    );
  const state = fc.tuple(rates, fc.string({ unit: 'grapheme', minLength: 1 })).chain(([unordered, name]) => {
    const ascending = [...unordered].sort((a, b) => a - b);
    const start = begun(ascending);
    return fc.array(event(ascending)).map((events) => after({ ...start, scenario: { ...start.scenario, name } }, ...events));
  });

  test('the screen has as many lines as asked for, each exactly as wide', () => {
    fc.assert(
      fc.property(state, fc.integer({ min: 1, max: 240 }), fc.integer({ min: 1, max: 80 }), (state, width, height) => {
        const lines = screen(state, width, height);
        expect(lines).toHaveLength(height);
        for (const line of lines) expect(textWidth(line)).toBe(width);
      }),
      { numRuns: 300 },
    );
  });
});

test('with NO_COLOR a line is plain text', () => {
  for (const line of drawApp(appOn(finished()), 80, 24)) {
    const shown = encode(line, { depth: 1, theme: 'dark', ascii: false });
    expect(shown).toBe(plainText(line));
    expect(shown).not.toContain('\x1b');
  }
});

test('a rate with no 503 shows a bound, never ±0', () => {
  const frame = text(after(finished(), { kind: 'move', by: Number.NEGATIVE_INFINITY }), 120, 40);
  expect(frame).toMatch(/▶ +100 .*<0\.00\d /);
  expect(frame).toContain('2 503 % (log scale)');
  expect(frame).not.toContain('±0 ');
});

test.each([
  [17_600_000, /17\.6M events\/s/],
  [130_000, /0\.1M events\/s/],
  [94_400, / 94k events\/s/],
  [1_000, / 1k events\/s/],
  [120, / 120 events\/s/],
])('%i events a second are told in units in which they are not 0', (events, words) => {
  const second: SweepEvent = { kind: 'finished', events, elapsedMs: 1000 };
  const [head] = screen(after(begun(), { kind: 'planned', runs: 2 }, second), 80, 24);
  expect(head).toMatch(words);
});

test('a sweep of less than a tenth of a second took ms', () => {
  const ended: SweepEvent = { kind: 'ended', knee: null, complete: true, elapsedMs: 43 };
  expect(screen(after(begun(), ended), 80, 24)[0]).toMatch(/ 43 ms $/);
});

test('a rate at which nothing arrived shows dashes', () => {
  const nothing = { arrivals: 0, rejectionRate: { mean: 0, lower: null, upper: null, halfWidth: null } };
  const point = madeUpPoint(RATES[0]!, nothing);
  const frame = text(after(finished(), { kind: 'point', point, settled: true }, { kind: 'move', by: Number.NEGATIVE_INFINITY }), 200, 60);
  expect(frame).toMatch(/▶ +100 .* – /);
  expect(frame).toMatch(/503 % +– +– /);
});

test('the selected row is the rate of the cursor, and stays in sight', () => {
  for (let rate = 0; rate < RATES.length; rate++) {
    const frame = text(after(finished(), { kind: 'move', by: Number.NEGATIVE_INFINITY }, { kind: 'move', by: rate }), 80, 24);
    expect(frame).toMatch(new RegExp(`▶.? +${RATES[rate]} `));
    expect(frame).toContain(`┃ ${RATES[rate]}/s`);
    expect(frame).toContain(`At ${RATES[rate]}/s `);
  }
});

test.each([
  [60, 16],
  [80, 24],
  [120, 40],
  [200, 60],
])('at %d×%d words say what limits at the rate under the cursor, and where the limit is passed', (width, height) => {
  const words = (state: SweepState) =>
    text(state, width, height)
      .replace(/[│┃]|\s+/g, ' ')
      .replace(/ +/g, ' ');
  expect(words(finished())).toContain('At 900/s the worker pool limits: 68% busy, a pod ');
  expect(words(finished())).toMatch(
    /85% of a worker's time is SMTP; database 26% busy, event loop 29%\.|Workers: 85% SMTP; db 26%, loop 29% busy\./,
  );
  expect(words(finished())).toMatch(/knee 985\/s|503s pass 0\.1% from 985\/s ±2\.4/);
  expect(words(underWay())).not.toContain('503s pass');
  expect(words(after(finished(), { kind: 'move', by: Number.NEGATIVE_INFINITY }))).toContain(
    'At 100/s nothing limits: no 503 in 120,000 requests; workers 7.6% busy',
  );
  expect(text(finished(), width, height)).not.toContain('…');
});

test('the progress tells of runs, speed and time, and of the knee when only that is missing', () => {
  const points = RATES.map((rate): SweepEvent => ({ kind: 'point', point: madeUpPoint(rate), settled: true }));
  expect(screen(underWay(), 80, 24)[0]).toMatch(/84\/154 runs {2}18\.5M events\/s +\d+ s left $/);
  expect(screen(after(begun(), ...runs(154, 154), ...points), 80, 24)[0]).toContain('knee left');
  expect(screen(finished(), 80, 24)[0]).toContain('17.3 s');
  expect(screen(after(begun(), { kind: 'ended', knee: KNEE, complete: true, elapsedMs: 0 }), 80, 24)[0]).toContain('0 runs');
});

test('under 60×16 the screen says what it needs and how to leave', () => {
  expect(screen(finished(), 59, 16)[0]).toContain('60×16');
  expect(screen(finished(), 60, 15)[0]).toContain('q');
  expect(screen(finished(), 8, 3)[0]).toBe('q quits ');
});
