import { significant } from '../format.ts';
import { type Canvas, createGrid, type Line, putRight } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { firstFitting, textWidth } from '../terminal/text.ts';
import { rateText } from './rate.ts';
import { drawSweepChart } from './sweep-charts.ts';
import { drawDetails } from './sweep-details.ts';
import { drawHead } from './sweep-head.ts';
import { BINDINGS } from './sweep-keys.ts';
import { layoutSweep, SMALLEST } from './sweep-layout.ts';
import { drawSentence } from './sweep-sentence.ts';
import { CHARTS, cursorOf, type SweepState } from './sweep-state.ts';
import { drawTable } from './sweep-table.ts';

/** The sweep screen as `height` lines, each exactly `width` cells wide, for any size. */
export function drawSweep(state: SweepState, width: number, height: number): Line[] {
  const grid = createGrid(width, height);
  const layout = layoutSweep(width, height, state.plan.rates.length, state.enlarged !== null);
  if (layout === null) {
    drawTooSmall(grid);
    return grid.lines();
  }
  drawHead(grid.part(layout.head), state);
  const charts = layout.charts.length === 1 ? [state.enlarged ?? 'rejection'] : CHARTS;
  for (const [i, where] of layout.charts.entries()) drawSweepChart(grid.part(where), state, charts[i]!);
  drawLegend(grid.part(layout.legend), state);
  if (layout.table !== null) drawTable(grid.part(layout.table), state);
  if (layout.details !== null) drawDetails(grid.part(layout.details), state);
  drawSentence(grid.part(layout.sentence), state);
  drawFooter(grid.part(layout.footer));
  return grid.lines();
}

function drawTooSmall(canvas: Canvas): void {
  const wordings = [
    `This window is ${canvas.width}×${canvas.height}; the sweep needs ${SMALLEST.width}×${SMALLEST.height}. q quits.`,
    `needs ${SMALLEST.width}×${SMALLEST.height}, q quits`,
    'q quits',
    'q',
  ];
  canvas.put(0, 0, firstFitting(wordings, canvas.width) ?? '');
}

function drawLegend(canvas: Canvas, state: SweepState): void {
  const { plan, outcome } = state;
  const knee = outcome?.knee ?? null;
  const marks: [string, Style, string][] = [
    ['⠒⠒⠒', 'model', 'model'],
    ['⢕⢕', 'band', '95% interval'],
    ['┃', 'plain', `cursor ${rateText(plan.rates[cursorOf(state)] ?? 0)}/s`],
    ...(knee === null ? [] : [['┊▲', 'knee', `knee ${significant(knee.ratePerSecond)}/s`] satisfies [string, Style, string]]),
  ];
  let x = 1;
  for (const [mark, style, text] of marks) {
    canvas.put(x, 0, mark, style);
    canvas.put(x + textWidth(mark) + 1, 0, text);
    x += textWidth(mark) + textWidth(text) + 3;
  }
}

function drawFooter(canvas: Canvas): void {
  const labels = BINDINGS.map(({ label }) => label);
  canvas.put(1, 0, labels.slice(0, -1).join('  '));
  putRight(canvas, 0, `${labels.at(-1)} `);
}
