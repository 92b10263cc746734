import type { Estimate } from '../../sim/experiments/estimate.ts';
import type { Point, TimeEstimate } from '../../sim/experiments/point.ts';
import { grouped, percent, reach, rejection, significant } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { textWidth } from '../terminal/text.ts';
import { rateText } from './rate.ts';
import { drawRule } from './rule.ts';
import { cursorOf, kneeIndex, type SweepState } from './sweep-state.ts';
import { theoryOf, theoryPercent } from './sweep-theory.ts';

interface Column {
  readonly head: string;
  /** Columns of the highest rank are the first to go where there is no room. */
  readonly rank: number;
  /** Cells that a figure usually takes, so that those still to come seldom move those that are there. */
  readonly usual: number;
  text(point: Point): string;
}

const NOTHING = '–';

const COLUMNS: readonly Column[] = [
  { head: 'done/s', rank: 3, usual: 6, text: ({ throughputPerSecond }) => significant(throughputPerSecond.mean, 4) },
  { head: 'good/s', rank: 9, usual: 6, text: ({ goodputPerSecond }) => significant(goodputPerSecond.mean, 4) },
  { head: '503 %', rank: 0, usual: 9, text: ({ rejectionRate }) => rejection(rejectionRate).value },
  { head: '±', rank: 0, usual: 9, text: ({ rejectionRate }) => rejection(rejectionRate).halfWidth },
  { head: 'full %', rank: 6, usual: 8, text: ({ poolFullShare }) => rejection(poolFullShare).value },
  { head: 'pool %', rank: 1, usual: 4, text: ({ poolUtilisation }) => percent(poolUtilisation.mean) },
  { head: 'db %', rank: 1, usual: 4, text: ({ databaseUtilisation }) => percent(databaseUtilisation.mean) },
  { head: 'loop %', rank: 4, usual: 4, text: ({ eventLoopUtilisation }) => shareOrNothing(eventLoopUtilisation) },
  { head: 'p50', rank: 4, usual: 5, text: ({ sojournMs }) => time(sojournMs?.p50) },
  { head: 'p95', rank: 4, usual: 6, text: ({ sojournMs }) => time(sojournMs?.p95) },
  { head: 'p99 ms', rank: 2, usual: 6, text: ({ sojournMs }) => time(sojournMs?.p99) },
  { head: '± ms', rank: 7, usual: 5, text: ({ sojournMs }) => (sojournMs === null ? '' : reach(sojournMs.p99)) },
  { head: 'runs', rank: 8, usual: 3, text: ({ replications }) => grouped(replications) },
];

const RANKS = 10;
const ALWAYS_RANKS = 5; // those of lower rank stand closer rather than be left out
const RULED_HEIGHT = 10; // rows from which a rule is worth one of them
const MARKS = 2; // columns for the cursor's and the knee's mark
const SCROLLBAR = 2;
const LEAST_GAP = 2;
const MOST_GAP = 5;

function time(percentile: TimeEstimate['p50'] | undefined): string {
  return percentile === undefined ? NOTHING : significant(percentile.value);
}

function shareOrNothing(estimate: Estimate | null): string {
  return estimate === null ? NOTHING : percent(estimate.mean);
}

/** Draws the points as a table: its heads, with a rule above where there is room, and as many rows around the cursor as there is room for. */
export function drawTable(canvas: Canvas, state: SweepState): void {
  const { plan, points, settled } = state;
  const cursor = cursorOf(state);
  const ruled = canvas.height >= Math.min(RULED_HEIGHT, plan.rates.length + 2);
  const heads = ruled ? 1 : 0;
  const room = canvas.height - heads - 1;
  if (room < 1) return;
  const from = Math.max(0, Math.min(cursor - Math.floor(room / 2), plan.rates.length - room));
  const shown = Math.min(room, plan.rates.length);
  if (ruled) drawRule(canvas, 0, 'points', progressNote(state));

  const columns = chooseColumns(state, canvas.width - MARKS - SCROLLBAR);
  drawRow(canvas, heads, columns, ({ head }) => head, 'strong');
  const knee = kneeIndex(state);
  for (let i = 0; i < shown; i++) {
    const index = from + i;
    const row = heads + 1 + i;
    const selected = index === cursor;
    const style = selected ? 'selected' : points[index] === null ? 'faint' : 'plain';
    canvas.put(0, row, (selected ? '▶' : '').padEnd(canvas.width - SCROLLBAR), style);
    if (points[index] !== null && settled[index] === false) canvas.put(1, row, '~', style);
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

/** How many points are there, and how many of them will change no more. */
function progressNote({ points, settled }: SweepState): string {
  const there = points.filter((point) => point !== null).length;
  const final = settled.filter((is) => is).length;
  return final < there ? `${there} of ${points.length}, ~ ${there - final} still coarse` : `${there} of ${points.length}`;
}

/** The columns that there is room for: those of the highest ranks are left out. */
function chooseColumns(state: SweepState, room: number): ChosenColumn[] {
  const { plan, points } = state;
  const rates = { head: 'req/s', rank: 0, cells: plan.rates.map(rateText), usual: 5 };
  const figures = COLUMNS.map(({ text, ...column }) => ({ ...column, cells: points.map((point) => (point === null ? '·' : text(point))) }));
  const all = [rates, ...figures, ...besideTheModel(state)].map(({ head, rank, cells, usual }) => {
    const width = Math.max(usual, textWidth(head), ...cells.map(textWidth));
    return { head, rank, cells, width };
  });
  for (let ranks = RANKS; ; ranks--) {
    const chosen = all.filter(({ rank }) => rank < ranks);
    const spare = room - chosen.reduce((total, { width }) => total + width, 0);
    const gap = Math.min(MOST_GAP, Math.floor(spare / chosen.length));
    const least = ranks <= ALWAYS_RANKS ? 1 : LEAST_GAP;
    if (gap >= least || ranks === 1) return chosen.map(({ head, cells, width }) => ({ head, cells, width: width + Math.max(1, gap) }));
  }
}

/** What theory says of the 503 rate and what was measured for real, where there is any. */
function besideTheModel(state: SweepState): { head: string; rank: number; cells: string[]; usual: number }[] {
  const { rates } = state.plan;
  const form = theoryOf(state).forms.rejectionRate;
  const measured = state.fitting;
  const ofTheory = rates.map((rate) => form?.at(rate) ?? null);
  const ofService = rates.map((rate) => measured.find(({ point }) => point.ratePerSecond === rate)?.point ?? null);
  return [
    ...(ofTheory.some((share) => share !== null) && state.layers.theory
      ? [
          {
            head: 'theory %',
            rank: 5,
            usual: 8,
            cells: ofTheory.map((share) => (share === null ? NOTHING : theoryPercent(share))),
          },
        ]
      : []),
    ...(ofService.some((point) => point !== null) && state.layers.measured
      ? [
          {
            head: 'service %',
            rank: 5,
            usual: 8,
            cells: ofService.map((point) => (point === null ? '' : `◆ ${rejection(point.rejectionRate).value}`)),
          },
        ]
      : []),
  ];
}

function drawRow(
  canvas: Canvas,
  row: number,
  columns: readonly ChosenColumn[],
  text: (column: ChosenColumn) => string,
  style: Style,
): void {
  let right = MARKS - 1; // the marks are the first column's gap
  for (const column of columns) {
    right += column.width;
    canvas.put(right - textWidth(text(column)), row, text(column), style);
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
