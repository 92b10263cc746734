import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Point } from '../../sim/experiments/point.ts';
import { CHART_FRAME_COLUMNS } from '../charts/chart.ts';
import { drawApp } from '../shell/draw-app.ts';
import { createGrid, plainText } from '../terminal/canvas.ts';
import { after, appOn, begun, ghost, madeUpPoint, measured, RATES } from './made-up.test.data.ts';
import { chartOf, drawSweepChart } from './sweep-charts.ts';
import { CHARTS, type SweepState } from './sweep-state.ts';

const UNSEEN = { mean: 0, lower: 0, upper: 3e-6, halfWidth: 3e-6 };
const NOTHING_ARRIVED = { mean: 0, lower: null, upper: null, halfWidth: null };
const share = (mean: number) => ({ mean, lower: 0.9 * mean, upper: 1.1 * mean, halfWidth: mean / 10 });

function knowing(points: readonly Point[]): SweepState {
  return after(begun(), ...points.map((point) => ({ kind: 'point', point, settled: true }) as const));
}

/** The columns of a chart, the axis and what is left of it aside, in which something of a style is drawn. */
function columnsOf(state: SweepState, style: string, width = 2 * RATES.length + CHART_FRAME_COLUMNS): number[] {
  const grid = createGrid(width, 20);
  drawSweepChart(grid, state, 'rejection');
  const columns = new Set<number>();
  for (const line of grid.lines()) {
    let column = 0;
    for (const span of line) {
      if (span.style === style) for (let i = 0; i < span.text.length; i++) columns.add(column + i - CHART_FRAME_COLUMNS);
      column += span.text.length;
    }
  }
  return [...columns].sort((a, b) => a - b);
}

describe('a curve says only what is known', () => {
  const known = fc.uniqueArray(fc.constantFrom(...RATES));
  const rejectionRate = fc.constantFrom(UNSEEN, NOTHING_ARRIVED, share(0.0001), share(0.02), {
    ...share(0.3),
    lower: null,
    upper: null,
    halfWidth: null,
  });

  test('there is a place for each known rate of the plan and a gap for every other, in every chart', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...RATES), rejectionRate)), (all) => {
        const figures = new Map(all);
        const state = knowing([...figures].map(([rate, rejectionRate]) => madeUpPoint(rate, { rejectionRate })));
        for (const name of CHARTS) {
          const { curve, band, marks } = chartOf(state, name);
          expect(curve).toHaveLength(RATES.length);
          for (const [i, rate] of RATES.entries()) {
            const rejection = figures.get(rate);
            const isKnown = rejection !== undefined && (name !== 'rejection' || rejection.mean > 0);
            expect(curve[i] !== null).toBe(isKnown);
            expect(band[i] !== null).toBe(isKnown && (name !== 'rejection' || rejection.halfWidth !== null));
          }
          const unseen = [...figures].filter(([, rejection]) => rejection === UNSEEN);
          expect(marks.map(({ x }) => x).sort((a, b) => a - b)).toEqual(
            name === 'rejection' ? unseen.map(([rate]) => rate).sort((a, b) => a - b) : [],
          );
        }
      }),
    );
  });

  test('a line joins rates that are neighbours in the plan, and no others', () => {
    fc.assert(
      fc.property(known, (rates) => {
        const figure = { rejectionRate: { ...share(0.02), lower: null, upper: null, halfWidth: null } };
        const columns = columnsOf(knowing(rates.map((rate) => madeUpPoint(rate, figure))), 'model');
        const at = (rate: number) =>
          Math.floor(Math.round(((rate - RATES[0]!) / (RATES.at(-1)! - RATES[0]!)) * (4 * RATES.length - 1)) / 2);
        const drawn = new Set(rates.map(at));
        for (const [i, rate] of RATES.entries()) {
          const next = RATES[i + 1];
          if (next === undefined || !rates.includes(rate) || !rates.includes(next)) continue;
          for (let column = at(rate); column <= at(next); column++) drawn.add(column);
        }
        expect(columns).toEqual([...drawn].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });

  test('no line comes from a bound: neither over what is to come nor from a neighbour', () => {
    const far = knowing([madeUpPoint(100, { rejectionRate: UNSEEN }), madeUpPoint(1400, { rejectionRate: share(0.0228) })]);
    expect(columnsOf(far, 'model')).toEqual([0, 27]);
    const near = knowing([madeUpPoint(1300, { rejectionRate: UNSEEN }), madeUpPoint(1400, { rejectionRate: share(0.0228) })]);
    expect(columnsOf(near, 'model')).toEqual([25, 27]);
    for (const axis of [far, after(far, { kind: 'axis' })])
      expect(chartOf(axis, 'rejection').marks).toEqual([{ x: 100, value: 100 * UNSEEN.upper, kind: 'below' }]);
  });

  test('what is below the axis is a mark at its end, and the line from there ends at the edge', () => {
    const state = knowing([madeUpPoint(700, { rejectionRate: share(1e-6) }), madeUpPoint(800, { rejectionRate: share(1e-2) })]);
    expect(chartOf(state, 'rejection').marks).toEqual([{ x: 700, value: expect.closeTo(1e-4), kind: 'below' }]);
    expect(columnsOf(state, 'model', 100 + CHART_FRAME_COLUMNS)[0]).toBe(46); // the mark
    expect(columnsOf(state, 'model', 100 + CHART_FRAME_COLUMNS)[1]).toBe(48); // a decade of four later
  });

  test('so it is with the curve before and with what was measured', () => {
    const { previous } = chartOf(ghost(), 'rejection');
    expect(previous.map((place) => place?.x ?? null)).toEqual(RATES.map((rate) => (rate <= 500 ? null : rate)));
    expect(new Set(chartOf(ghost(), 'rejection').marks.map(({ kind }) => kind))).toEqual(new Set(['previousBelow', 'below']));
    expect(chartOf(measured(), 'rejection').marks.filter(({ kind }) => kind.startsWith('service'))).toEqual([
      { x: 300, value: expect.any(Number), kind: 'serviceBelow' },
      { x: 900, value: expect.any(Number), kind: 'service' },
      { x: 1200, value: expect.any(Number), kind: 'service' },
    ]);
  });
});

test('of a 503 that was not seen a bound is told wherever there is a figure, never 0', () => {
  const start = after(measured(), { kind: 'move', by: Number.NEGATIVE_INFINITY }, { kind: 'move', by: 2 });
  for (const [width, height] of [
    [60, 16],
    [80, 24],
    [120, 40],
    [200, 60],
  ] as const) {
    const frame = drawApp(appOn(start), width, height).map(plainText).join('\n');
    expect(frame).toContain('<0.0009');
    expect(frame).not.toMatch(/503 %[^\n]* 0 /);
  }
  expect(drawApp(appOn(start), 200, 60).map(plainText).join('\n')).toMatch(/503 % +<0\.0009 +– +near <0\.00001 +<0\.0009/);
});
