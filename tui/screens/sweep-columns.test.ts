import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Point } from '../../sim/experiments/point.ts';
import { type Canvas, createGrid, plainText } from '../terminal/canvas.ts';
import { after, begun, madeUpPoint } from './made-up.test.data.ts';
import { drawDetails } from './sweep-details.ts';
import type { SweepState } from './sweep-state.ts';
import { drawTable } from './sweep-table.ts';

/** Figures of any magnitude stand apart in their columns, whole or not at all. */

const HEIGHT = 60;
const WIDE = 600; // columns in which nothing needs to be left out
const magnitude = fc.oneof(
  fc.constantFrom(0, 1e-300, 4.7e-12, 0.000123, 0.5, 999.96, 123_456, 1e9, 1e300),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
);

/** A point whose every figure is another number. */
const point = fc.tuple(magnitude, magnitude, magnitude, magnitude).map(([a, b, c, d]): Point => {
  const numbers = [a, b, c, d];
  let next = 0;
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'number') return numbers[next++ % numbers.length];
    if (Array.isArray(value)) return value.map(replaced);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner)]));
  };
  const { ratePerSecond, replications, isps, ...figures } = madeUpPoint(900);
  return { ...(replaced(figures) as typeof figures), isps, replications, ratePerSecond };
});

const FIGURE = /^[<±+-]?(\d{1,3}(,\d{3})*|\d+)(\.\d+)?(e-?\d+)?(%|\/s)?$/; // of two without a gap there is none

function words(draw: (canvas: Canvas, state: SweepState) => void, state: SweepState, width: number): string[] {
  const grid = createGrid(width, HEIGHT);
  draw(grid, state);
  return grid.lines().flatMap((line) => plainText(line).split(/\s+/));
}

test.each([
  ['table', drawTable, [60, 80, 120, 160]],
  ['details', drawDetails, [96, 120, 160]],
] as const)('%s', (_, draw, widths) => {
  fc.assert(
    fc.property(point, (point) => {
      const state = after(begun([900]), { kind: 'point', point, settled: true });
      const known = new Set(words(draw, state, WIDE));
      for (const width of widths) {
        const figures = words(draw, state, width).filter((word) => /\d/.test(word));
        expect(figures.filter((word) => !known.has(word))).toEqual([]);
        expect(figures.filter((word) => /^[\d<±+-]/.test(word) && !FIGURE.test(word))).toEqual([]);
      }
    }),
  );
});
