import { CHART_FRAME_ROWS } from '../charts/chart.ts';
import type { Rectangle } from '../terminal/canvas.ts';

/** Where everything stands on the sweep screen; what is null has no room. */
export interface SweepLayout {
  readonly head: Rectangle;
  /** Room for three charts, or for the one that is enlarged. */
  readonly charts: readonly [Rectangle] | readonly [Rectangle, Rectangle, Rectangle];
  readonly legend: Rectangle;
  readonly table: Rectangle | null;
  /** A closer look at the rate under the cursor. */
  readonly details: Rectangle | null;
  readonly sentence: Rectangle;
}

const WIDE = 80; // columns from which a sentence takes two rows
const LEAST_CHART_ROWS = 8 + CHART_FRAME_ROWS;
const LEAST_TABLE_ROWS = 4; // its heads, and three of its rows
const BESIDE = { width: 160, height: 49 };
const TABLE_HEAD_ROWS = 2; // its heads, and a rule above
const GAP = 1;
const CHART_GAP = 2; // columns: a title ends with a figure, and the next one begins with one

/** The layout for so many cells, at least 60 × 15, and a table of so many rows. */
export function layoutSweep(width: number, height: number, rates: number, enlarged: boolean): SweepLayout {
  if (width >= BESIDE.width && height >= BESIDE.height) return beside(width, height, rates, enlarged);
  return stacked(width, height, rates, enlarged);
}

/** Charts side by side, below them the table. */
function stacked(width: number, height: number, rates: number, enlarged: boolean): SweepLayout {
  const rows = (y: number, height: number): Rectangle => ({ x: 0, y, width, height });
  const sentenceRows = width < WIDE ? 3 : 2;
  const sentence = rows(height - sentenceRows, sentenceRows);
  const room = sentence.y - 2; // between the head and the sentence, without the legend

  // The charts have at least eleven rows and about half the room; what the table does not need is theirs as well.
  const leftOver = room - Math.max(LEAST_CHART_ROWS, Math.floor(room / 2));
  const hasTable = leftOver >= LEAST_TABLE_ROWS;
  const tableRows = hasTable ? Math.min(TABLE_HEAD_ROWS + rates, leftOver) : 0;
  const charts = rows(1, room - tableRows);
  const legend = rows(charts.y + charts.height, 1);
  return {
    head: rows(0, 1),
    charts: enlarged ? [charts] : columns(charts),
    legend,
    table: hasTable ? rows(legend.y + 1, tableRows) : null,
    details: null,
    sentence,
  };
}

/** Charts on one x axis, beside them the table and a closer look. */
function beside(width: number, height: number, rates: number, enlarged: boolean): SweepLayout {
  const left = Math.floor((width - GAP) * 0.48);
  const right = { x: left + GAP, width: width - left - GAP };
  const charts = { x: 0, y: 1, width: left, height: height - 2 };
  const sentence = { ...right, y: height - 4, height: 3 };
  const room = sentence.y - 2;
  const details = Math.min(16, room - TABLE_HEAD_ROWS - 8);
  const table = { ...right, y: 1, height: Math.min(TABLE_HEAD_ROWS + rates, room - details) };
  return {
    head: { x: 0, y: 0, width, height: 1 },
    charts: enlarged ? [charts] : rowsOf(charts),
    legend: { x: 0, y: charts.y + charts.height, width: left, height: 1 },
    table,
    details: { ...right, y: table.y + table.height + GAP, height: sentence.y - table.y - table.height - 2 * GAP },
    sentence,
  };
}

function columns({ x, y, width, height }: Rectangle): [Rectangle, Rectangle, Rectangle] {
  const each = Math.floor((width - 2 * CHART_GAP) / 3);
  const column = (i: number): Rectangle => ({ x: x + i * (each + CHART_GAP), y, width: each, height });
  return [column(0), column(1), column(2)];
}

function rowsOf({ x, y, width, height }: Rectangle): [Rectangle, Rectangle, Rectangle] {
  const each = Math.floor(height / 3);
  const row = (i: number): Rectangle => ({ x, y: y + i * each, width, height: each + (i === 2 ? height % 3 : 0) });
  return [row(0), row(1), row(2)];
}
