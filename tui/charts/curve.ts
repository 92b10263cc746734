import { DOTS_DOWN, type Dots } from './braille.ts';
import { onAxis, type Scale } from './scale.ts';

/** A value that is known. */
export interface Place {
  readonly x: number;
  readonly value: number;
}

/** An interval that is known. */
export interface Range {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** Values in the order of x; null if the next one is not known. A line joins neighbours, and nothing goes over a gap. */
export type Curve = readonly (Place | null)[];

/** The same of intervals. */
export type Band = readonly (Range | null)[];

/** Which of the dots along a line are set: so many on, then so many off. */
export interface Pattern {
  readonly on: number;
  readonly off: number;
}

export const SOLID: Pattern = { on: 1, off: 0 };
export const DASHED: Pattern = { on: 3, off: 3 };
export const DOTTED: Pattern = { on: 1, off: 2 };

/**
 * Draws the values of a curve as a line. What lies outside of the axes is left out, so that a line ends at the edge and bends nowhere. A place
 * without neighbours is four dots, if the line is solid: one could belong to a dotted line.
 */
export function drawLine(dots: Dots, curve: Curve, x: Scale, y: Scale, { on, off }: Pattern = SOLID): void {
  let count = -1; // of the dots that the line has passed
  let last = { x: Number.NaN, y: Number.NaN };
  const isOn = (x: number, y: number) => {
    if (x !== last.x || y !== last.y) count++;
    last = { x, y };
    return count % (on + off) < on;
  };
  const placed = curve.map((place) => place && { x: across(dots, x(place.x)), y: down(dots, y(place.value)) });
  for (const [from, to] of stretches(placed)) {
    if (from !== to) dots.line(from.x, from.y, to.x, to.y, isOn);
    else if (off === 0) blot(dots, from.x, Math.round(from.y));
    else dots.set(from.x, from.y);
  }
}

/** Sets a dot and three beside it in the same cell. */
function blot(dots: Dots, x: number, y: number): void {
  const beside = y % DOTS_DOWN === DOTS_DOWN - 1 ? y - 1 : y + 1;
  if (y < 0 || y >= dots.height) return;
  for (const row of [y, beside]) for (const column of [x, x ^ 1]) dots.set(column, row);
}

/** Fills intervals with a checkerboard, which is no line even without colours. */
export function drawBand(dots: Dots, band: Band, x: Scale, y: Scale): void {
  const placed = band.map((range) => {
    if (range === null || y(range.high) < 0 || y(range.low) > 1) return null; // outside of the axis
    return { x: across(dots, x(range.x)), top: down(dots, onAxis(y(range.high))), bottom: down(dots, onAxis(y(range.low))) };
  });
  for (const [from, to] of stretches(placed)) {
    const between = (a: number, b: number, at: number) => Math.round(to.x === from.x ? a : a + ((b - a) * (at - from.x)) / (to.x - from.x));
    for (let column = from.x; column <= to.x; column++) {
      const bottom = between(from.bottom, to.bottom, column);
      for (let row = between(from.top, to.top, column); row <= bottom; row++) if ((column + row) % 2 === 0) dots.set(column, row);
    }
  }
}

/** The row of cells in which a value stands; what is outside of the axis stands at the nearer end. */
export function rowOn(y: Scale, value: number, rows: number): number {
  return Math.floor(Math.round((1 - onAxis(y(value))) * (DOTS_DOWN * rows - 1)) / DOTS_DOWN);
}

function across(dots: Dots, share: number): number {
  return Math.round(share * (dots.width - 1));
}

function down(dots: Dots, share: number): number {
  return (1 - share) * (dots.height - 1);
}

/** Each pair of neighbours, and each one that has none as a pair with itself. */
export function stretches<Known>(all: readonly (Known | null)[]): (readonly [Known, Known])[] {
  return all.flatMap((one, i) => {
    if (one === null) return [];
    const next = all[i + 1] ?? null;
    if (next !== null) return [[one, next] as const];
    return (all[i - 1] ?? null) === null ? [[one, one] as const] : [];
  });
}
