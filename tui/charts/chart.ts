import { type Canvas, putRight } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { firstFitting, textWidth } from '../terminal/text.ts';
import { brailleOf, createDots, DOTS_ACROSS, type Dots } from './braille.ts';
import { type Band, type Curve, DASHED, DOTTED, drawBand, drawLine, type Pattern, type Place, rowOn, SOLID } from './curve.ts';
import type { Scale } from './scale.ts';
import type { Tick } from './ticks.ts';

/** What is known of a single x and is no part of a line, a glyph each: what was measured for real, and what is known to be below a value. */
export const MARKS = {
  previousBelow: { glyph: '▿', style: 'ghost' },
  below: { glyph: '▾', style: 'model' },
  serviceBelow: { glyph: '◇', style: 'service' },
  service: { glyph: '◆', style: 'service' },
} as const satisfies Readonly<Record<string, { readonly glyph: string; readonly style: Style }>>;

export interface Mark extends Place {
  readonly kind: keyof typeof MARKS;
}

export interface Chart {
  /** Wordings, best first. */
  readonly titles: readonly string[];
  /** What stands at the right end of the title: wordings, best first. */
  readonly readings: readonly string[];
  /** Columns that are kept for a reading, as far as the shortest title leaves them. */
  readonly readingWidth: number;
  readonly curve: Curve;
  /** The intervals of the curve; empty if they are not drawn, as are those that follow. */
  readonly band: Band;
  /** What theory says, and what was there before. */
  readonly theory: Curve;
  readonly previous: Curve;
  /** Of two in one cell the later one is seen. */
  readonly marks: readonly Mark[];
  readonly x: Scale;
  readonly y: Scale;
  /** Ascending. A label that would touch the one before is left out. */
  readonly xTicks: readonly Tick[];
  /** Stands left of the labels, or right of them, where there is room. */
  readonly xUnit: string;
  /** The important ones first: of two in one row, the first is drawn. */
  readonly yTicks: readonly Tick[];
  /** Values of x that are marked, where there are any. */
  readonly cursor: number | null;
  readonly knee: number | null;
}

/** Rows of a chart that are not plot: the title, the axis and its labels. */
export const CHART_FRAME_ROWS = 3;
const LABEL_COLUMNS = 4;
const SHORT_READING = 7; // columns of a reading without its interval: <0.0004
const TITLE_GAP = 2; // so that figures of the title and the reading do not run together
/** Columns of a chart that are not plot: the labels of the y axis and the axis. */
export const CHART_FRAME_COLUMNS = LABEL_COLUMNS + 1;

/** Draws a chart over a whole canvas. */
export function drawChart(canvas: Canvas, chart: Chart): void {
  const columns = canvas.width - CHART_FRAME_COLUMNS;
  const rows = canvas.height - CHART_FRAME_ROWS;
  if (columns < 2 || rows < 1) return;
  drawTitle(canvas, chart);
  drawYAxis(canvas, chart, rows);
  drawXAxis(canvas, chart, columns, rows);
  drawPlot(canvas.part({ x: CHART_FRAME_COLUMNS, y: 1, width: columns, height: rows }), chart);
}

/** Which title there is room for depends on no reading: one that is too long gives way itself. */
function drawTitle(canvas: Canvas, { titles, readings, readingWidth }: Chart): void {
  const title = [readingWidth, SHORT_READING]
    .map((kept) => firstFitting(titles, canvas.width - kept - TITLE_GAP))
    .find((fitting) => fitting !== null);
  const shown = title ?? firstFitting(titles, canvas.width) ?? '';
  canvas.put(0, 0, shown, 'strong');
  putRight(canvas, 0, firstFitting(readings, canvas.width - textWidth(shown) - TITLE_GAP) ?? '');
}

function drawYAxis(canvas: Canvas, { y, yTicks }: Chart, rows: number): void {
  for (let row = 0; row < rows; row++) canvas.put(LABEL_COLUMNS, 1 + row, '│', 'faint');
  const taken = new Set<number>();
  for (const { value, label } of yTicks) {
    const row = Math.round((1 - y(value)) * (rows - 1));
    if (taken.has(row)) continue;
    taken.add(row);
    canvas.put(LABEL_COLUMNS - textWidth(label), 1 + row, label, 'faint');
    canvas.put(LABEL_COLUMNS, 1 + row, '┤', 'faint');
  }
}

function drawXAxis(canvas: Canvas, { x, xTicks, xUnit, cursor, knee }: Chart, columns: number, rows: number): void {
  const axis = 1 + rows;
  const columnOf = (value: number) => CHART_FRAME_COLUMNS + columnOn(x, value, columns);
  canvas.put(LABEL_COLUMNS, axis, `└${'─'.repeat(columns)}`, 'faint');
  let first = canvas.width; // where the first label stands
  let free = 0;
  for (const { value, label } of xTicks) {
    const column = columnOf(value);
    const width = textWidth(label);
    const at = Math.min(column - Math.floor((width - 1) / 2), canvas.width - width);
    if (at < free) continue;
    free = at + width + 1;
    first = Math.min(first, at);
    canvas.put(column, axis, '┴', 'faint');
    canvas.put(at, axis + 1, label, 'faint');
  }
  const unitAt = first > textWidth(xUnit) ? 0 : free;
  if (unitAt + textWidth(xUnit) <= canvas.width) canvas.put(unitAt, axis + 1, xUnit, 'faint');
  // In the plot the cursor hides the knee, here the knee hides the cursor: where they meet, both can be seen.
  if (cursor !== null) canvas.put(columnOf(cursor), axis, '┸');
  if (knee !== null) canvas.put(columnOf(knee), axis, '▲', 'knee');
}

function drawPlot(plot: Canvas, chart: Chart): void {
  const { x, y, cursor, knee } = chart;
  const dotsOf = (draw: (dots: Dots) => void) => {
    const dots = createDots(plot.width, plot.height);
    draw(dots);
    return dots;
  };
  const line = (curve: Curve, pattern: Pattern) => dotsOf((dots) => drawLine(dots, curve, x, y, pattern));
  const model = line(chart.curve, SOLID);
  const theory = line(chart.theory, DASHED);
  const previous = line(chart.previous, DOTTED);
  const band = dotsOf((dots) => drawBand(dots, chart.band, x, y));
  const kneeColumn = knee === null ? null : columnOn(x, knee, plot.width);
  const cursorColumn = cursor === null ? null : columnOn(x, cursor, plot.width);
  for (let row = 0; row < plot.height; row++) {
    if (kneeColumn !== null) plot.put(kneeColumn, row, '┊', 'knee');
    if (cursorColumn !== null) plot.put(cursorColumn, row, '┃');
    for (let column = 0; column < plot.width; column++) {
      const put = (bits: number, style: Style) => {
        if (bits !== 0) plot.put(column, row, brailleOf(bits), style);
      };
      // A cell has one colour: the model's dots are its own, and what it covers is no further from it than a cell.
      put(previous.bits(column, row), 'ghost');
      put(band.bits(column, row), 'band');
      put(theory.bits(column, row), 'theory');
      put(model.bits(column, row), 'model');
    }
  }
  for (const { kind, x: at, value } of chart.marks) {
    const { glyph, style } = MARKS[kind];
    plot.put(columnOn(x, at, plot.width), rowOn(y, value, plot.height), glyph, style);
  }
}

function columnOn(x: Scale, value: number, columns: number): number {
  return Math.floor(Math.round(x(value) * (DOTS_ACROSS * columns - 1)) / DOTS_ACROSS);
}
