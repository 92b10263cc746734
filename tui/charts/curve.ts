import type { Dots } from './braille.ts';
import type { Scale } from './scale.ts';

/** A value with its interval. */
export interface Sample {
  readonly x: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Samples in the order of x; null where one is still to come: no line bridges it. */
export type Curve = readonly (Sample | null)[];

/** Which of the dots along a line are set: so many on, then so many off. */
export interface Pattern {
  readonly on: number;
  readonly off: number;
}

export const SOLID: Pattern = { on: 1, off: 0 };
export const DASHED: Pattern = { on: 3, off: 3 };
export const DOTTED: Pattern = { on: 1, off: 2 };

/** Draws the values of a curve as a line. */
export function drawLine(dots: Dots, curve: Curve, x: Scale, y: Scale, { on, off }: Pattern = SOLID): void {
  let count = -1; // of the dots that the line has passed
  let last = { x: Number.NaN, y: Number.NaN };
  const isOn = (x: number, y: number) => {
    if (x !== last.x || y !== last.y) count++;
    last = { x, y };
    return count % (on + off) < on;
  };
  eachStretch(dots, curve, x, y, (from, to) => dots.line(from.x, from.value, to.x, to.value, isOn));
}

/** Fills a curve's intervals with a checkerboard, which is no line even where there is no colour. */
export function drawBand(dots: Dots, curve: Curve, x: Scale, y: Scale): void {
  eachStretch(dots, curve, x, y, (from, to) => {
    const between = (a: number, b: number, at: number) => (to.x === from.x ? a : a + ((b - a) * (at - from.x)) / (to.x - from.x));
    for (let column = from.x; column <= to.x; column++) {
      const top = Math.round(between(from.high, to.high, column));
      const bottom = Math.round(between(from.low, to.low, column));
      for (let row = top; row <= bottom; row++) if ((column + row) % 2 === 0) dots.set(column, row);
    }
  });
}

/** Each pair of neighbours, and each sample that has none, as a pair with itself; in dots. */
function eachStretch(dots: Dots, curve: Curve, x: Scale, y: Scale, draw: (from: Sample, to: Sample) => void): void {
  const down = (value: number) => (1 - y(value)) * (dots.height - 1);
  const placed = curve.map((sample) =>
    sample === null
      ? null
      : { x: Math.round(x(sample.x) * (dots.width - 1)), value: down(sample.value), low: down(sample.low), high: down(sample.high) },
  );
  placed.forEach((sample, i) => {
    if (sample === null) return;
    const next = placed[i + 1] ?? null;
    if (next !== null) draw(sample, next);
    else if ((placed[i - 1] ?? null) === null) draw(sample, sample);
  });
}
