import type { Point, TimeEstimate } from '../../sim/experiments/point.ts';
import { grouped, percent, plusMinus, rejection, significant } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { rateText } from './rate.ts';
import { drawRule } from './rule.ts';
import { cursorOf, kneeIndex, type SweepState } from './sweep-state.ts';

interface Column {
  readonly head: string;
  /** Columns of the highest rank are the first to go where there is no room. */
  readonly rank: number;
  text(point: Point): string;
}

const COLUMNS: readonly Column[] = [
  { head: 'done/s', rank: 3, text: ({ throughputPerSecond }) => significant(throughputPerSecond.mean, 4) },
  { head: 'good/s', rank: 8, text: ({ goodputPerSecond }) => significant(goodputPerSecond.mean, 4) },
  { head: '503 %', rank: 0, text: ({ rejectionRate }) => rejection(rejectionRate).value },
  { head: '±', rank: 0, text: ({ rejectionRate }) => rejection(rejectionRate).halfWidth },
  { head: 'full %', rank: 6, text: ({ poolFullShare }) => percent(poolFullShare.mean) },
  { head: 'pool %', rank: 1, text: ({ poolUtilisation }) => percent(poolUtilisation.mean) },
  { head: 'db %', rank: 1, text: ({ databaseUtilisation }) => percent(databaseUtilisation.mean) },
  { head: 'p50', rank: 4, text: ({ sojournMs }) => time(sojournMs?.p50) },
  { head: 'p95', rank: 4, text: ({ sojournMs }) => time(sojournMs?.p95) },
  { head: 'p99 ms', rank: 2, text: ({ sojournMs }) => time(sojournMs?.p99) },
  { head: '± ms', rank: 5, text: ({ sojournMs }) => plusMinus(sojournMs?.p99.halfWidth ?? null) },
  { head: 'runs', rank: 7, text: ({ replications }) => grouped(replications) },
];

const RANKS = 1 + Math.max(...COLUMNS.map(({ rank }) => rank));
const RULED_HEIGHT = 10; // rows from which a rule is worth one of them
const MARKS = 2; // columns for the cursor's and the knee's mark
const SCROLLBAR = 2;
const LEAST_GAP = 2;
const MOST_GAP = 5;
const LEAST_WIDTH = 6; // so that figures still to come seldom move those that are there

function time(percentile: TimeEstimate['p50'] | undefined): string {
  return percentile === undefined ? '' : grouped(percentile.value);
}

/** Draws the points as a table: its heads, with a rule above where there is room, and as many rows around the cursor as there is room for. */
export function drawTable(canvas: Canvas, state: SweepState): void {
  const { plan, points } = state;
  const cursor = cursorOf(state);
  const ruled = canvas.height >= Math.min(RULED_HEIGHT, plan.rates.length + 2);
  const heads = ruled ? 1 : 0;
  const room = canvas.height - heads - 1;
  if (room < 1) return;
  const from = Math.max(0, Math.min(cursor - Math.floor(room / 2), plan.rates.length - room));
  const shown = Math.min(room, plan.rates.length);
  if (ruled) drawRule(canvas, 0, 'points', `${points.filter((point) => point !== null).length} of ${points.length}`);

  const columns = chooseColumns(state, canvas.width - MARKS - SCROLLBAR);
  drawRow(canvas, heads, columns, ({ head }) => head, 'strong');
  const knee = kneeIndex(state);
  for (let i = 0; i < shown; i++) {
    const index = from + i;
    const row = heads + 1 + i;
    const selected = index === cursor;
    const style = selected ? 'selected' : points[index] === null ? 'faint' : 'plain';
    canvas.put(0, row, (selected ? '▶' : '').padEnd(canvas.width - SCROLLBAR), style);
    if (index === knee) canvas.put(1, row, '▲', selected ? style : 'knee');
    drawRow(canvas, row, columns, ({ cells }) => cells[index]!, style);
  }
  if (shown < plan.rates.length) {
    drawScrollbar(canvas.part({ x: canvas.width - 1, y: heads + 1, width: 1, height: shown }), from, plan.rates.length);
  }
}

interface ChosenColumn {
  readonly head: string;
  readonly cells: readonly string[];
  /** With the gap before it. */
  readonly width: number;
}

/** The columns that there is room for: those of the highest ranks are left out. */
function chooseColumns({ plan, points }: SweepState, room: number): ChosenColumn[] {
  const rates = { head: 'req/s', rank: 0, cells: plan.rates.map(rateText) };
  const figures = COLUMNS.map(({ head, rank, text }) => ({
    head,
    rank,
    cells: points.map((point) => (point === null ? '·' : text(point))),
  }));
  const all = [rates, ...figures].map(({ head, rank, cells }) => {
    const width = Math.max(LEAST_WIDTH, head.length, ...cells.map((cell) => cell.length));
    return { head, rank, cells, width };
  });
  for (let ranks = RANKS; ; ranks--) {
    const chosen = all.filter(({ rank }) => rank < ranks);
    const spare = room - chosen.reduce((total, { width }) => total + width, 0);
    const gap = Math.min(MOST_GAP, Math.floor(spare / chosen.length));
    if (gap >= LEAST_GAP || ranks === 1) return chosen.map(({ head, cells, width }) => ({ head, cells, width: width + Math.max(1, gap) }));
  }
}

function drawRow(
  canvas: Canvas,
  row: number,
  columns: readonly ChosenColumn[],
  text: (column: ChosenColumn) => string,
  style: Style,
): void {
  let right = MARKS - LEAST_GAP; // the marks are the first column's gap
  for (const column of columns) {
    right += column.width;
    canvas.put(right - text(column).length, row, text(column), style);
  }
}

function drawScrollbar(canvas: Canvas, from: number, rows: number): void {
  const shown = canvas.height;
  const length = Math.max(1, Math.round((shown * shown) / rows));
  const start = Math.round(((shown - length) * from) / (rows - shown));
  for (let row = 0; row < shown; row++) {
    const onThumb = row >= start && row < start + length;
    canvas.put(0, row, onThumb ? '┃' : '│', onThumb ? 'plain' : 'faint');
  }
}
