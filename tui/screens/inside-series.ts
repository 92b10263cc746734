import { connectionLimit } from '../../sim/metrics/flows.ts';
import { brailleOf, createDots, DOTS_ACROSS } from '../charts/braille.ts';
import { linearScale } from '../charts/scale.ts';
import { duration, grouped, NO_FIGURE } from '../format.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import type { InsideState } from './inside-state.ts';
import { drawRule } from './rule.ts';

/** A figure in time. */
export interface Series {
  readonly title: string;
  /** One a dot; NaN if nothing is known of it: a gap. */
  readonly values: Float64Array;
  /** What it cannot exceed; null: nothing. */
  readonly limit: number | null;
  readonly style: Style;
  /** Drawn from the ground up: what is counted, rather than what is there. */
  readonly filled: boolean;
  /** Dots over which the present value is taken: a rate needs a second to be one. */
  readonly over: number;
}

const LABEL = 14; // columns
const GAP = 2;
const TALL = 30; // rows from which the charts stand one below the other

/** Draws the figures in time under a rule, two by two or one below the other. Each ends now. */
export function drawSeries(canvas: Canvas, state: InsideState): void {
  const series = seriesOf(state);
  const across = canvas.height < TALL ? 2 : 1;
  const down = series.length / across;
  const width = Math.floor((canvas.width - (across - 1) * GAP) / across);
  const rows = canvas.height - 1;
  const dotMs = state.shown?.dots.dotMs ?? 0;
  const lastMs = dotMs * Math.max(0, width - LABEL) * DOTS_ACROSS;
  if (dotMs === 0) drawRule(canvas, 0, 'in time');
  else drawRule(canvas, 0, `last ${duration(lastMs)}`, `a dot is ${duration(dotMs)}`);
  for (const [i, one] of series.entries()) {
    const row = Math.floor(i / across);
    const [top, bottom] = [Math.ceil((row * rows) / down), Math.ceil(((row + 1) * rows) / down)];
    const height = bottom - top > 3 ? bottom - top - 1 : bottom - top;
    drawOne(canvas.part({ x: (i % across) * (width + GAP), y: 1 + top, width, height }), one);
  }
}

/** What is drawn in time: of a run that has not begun, nothing yet. */
export function seriesOf({ scenario, shown }: InsideState): readonly Series[] {
  const { pods } = scenario;
  const none = new Float64Array(0);
  const second = shown === null ? 1 : Math.max(1, Math.round(1_000 / shown.dots.dotMs));
  const dots = shown?.dots;
  return [
    { title: '503/s', values: dots?.rejectedPerSecond ?? none, limit: null, style: 'bad', filled: true, over: second },
    {
      title: 'connections',
      values: dots?.busyConnections ?? none,
      limit: connectionLimit(scenario),
      style: 'statement',
      filled: false,
      over: 1,
    },
    { title: 'in flight', values: dots?.inFlight ?? none, limit: null, style: 'model', filled: false, over: 1 },
    pods.eventLoop === null
      ? { title: 'req/s', values: dots?.arrivalsPerSecond ?? none, limit: null, style: 'plain', filled: false, over: second }
      : { title: 'loop wait ms', values: dots?.loopWaitMs ?? none, limit: null, style: 'plain', filled: false, over: second },
  ];
}

function drawOne(canvas: Canvas, { title, values, limit, style, filled, over }: Series): void {
  const columns = canvas.width - LABEL;
  if (columns < 2 || canvas.height < 1) return;
  const seen = values.subarray(Math.max(0, values.length - columns * DOTS_ACROSS));
  const latest = values.subarray(-over).filter((value) => !Number.isNaN(value));
  const now = latest.length === 0 ? null : latest.reduce((sum, value) => sum + value, 0) / latest.length;
  const most = mostOf(seen);
  const top = topOf(limit, most);
  const figure = limit === null || now === null ? figureOf(now) : `${figureOf(now)} of ${grouped(limit)}`;
  const { height } = canvas;
  if (height === 1) {
    canvas.put(0, 0, title.replace(' wait', ''), 'strong');
    putRight(canvas.part({ x: 0, y: 0, width: LABEL - 1, height: 1 }), 0, figureOf(now));
  } else {
    const lines = [
      title,
      figure,
      `max ${figureOf(most)}`,
      ...Array(Math.max(0, height - 4)).fill(''),
      top === 0 ? '' : `0 to ${topText(top)}`,
    ];
    for (const [row, text] of lines.slice(0, height).entries())
      canvas.put(0, row, text, row === 0 ? 'strong' : row === 1 ? 'plain' : 'faint');
  }
  const plot = canvas.part({ x: LABEL, y: 0, width: columns, height });
  drawPlot(plot, seen, top, style, filled);
}

/** The greatest of them that is known; 0 if none is. */
export function mostOf(values: Float64Array): number {
  return values.reduce((a, b) => (Number.isNaN(b) ? a : Math.max(a, b)), 0);
}

function drawPlot(plot: Canvas, seen: Float64Array, top: number, style: Style, filled: boolean): void {
  const dots = createDots(plot.width, plot.height);
  const scale = linearScale(0, top === 0 ? 1 : top);
  const rowOf = (value: number) => Math.round((1 - scale(value)) * (dots.height - 1));
  const left = dots.width - seen.length;
  for (const [i, value] of seen.entries()) {
    const x = left + i;
    const before = seen[i - 1] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (filled) {
      if (value > 0) dots.line(x, rowOf(value), x, dots.height - 1);
    } else if (Number.isNaN(before)) {
      dots.set(x, rowOf(value));
    } else {
      dots.line(x - 1, rowOf(before), x, rowOf(value));
    }
  }
  for (let row = 0; row < plot.height; row++) {
    for (let column = 0; column < plot.width; column++) {
      const bits = dots.bits(column, row);
      if (bits !== 0) plot.put(column, row, brailleOf(bits), style);
    }
  }
}

const LEAST = 0.005; // what is below would read as 0, which it is not

function figureOf(value: number | null): string {
  if (value === null) return NO_FIGURE;
  if (value > 0 && value < LEAST) return '<0.01';
  return grouped(value, value === 0 || value >= 10 ? 0 : value >= 1 ? 1 : 2);
}

const ROUNDING = 1e-9; // a mean of 100s need not be 100

/** Where the axis ends. */
export function topOf(limit: number | null, most: number): number {
  return limit === null || most > limit * (1 + ROUNDING) ? roundUp(most) : limit;
}

const STEPS = [1, 2, 2.5, 5, 10];

/** The next round number that is not below. */
function roundUp(value: number): number {
  if (value === 0) return 0;
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * STEPS.find((step) => step * unit >= value)!;
}

/** The end of an axis in digits, thousands apart: 0.25, 2.5, 1,000. */
export function topText(top: number): string {
  return grouped(top, 12).replace(/\.?0+$/, '');
}
