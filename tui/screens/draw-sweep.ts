import { significant } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { textWidth } from '../terminal/text.ts';
import { rateText } from './rate.ts';
import { drawSweepChart } from './sweep-charts.ts';
import { drawDetails } from './sweep-details.ts';
import { drawHead } from './sweep-head.ts';
import { layoutSweep } from './sweep-layout.ts';
import { drawSentence } from './sweep-sentence.ts';
import { CHARTS, cursorOf, type SweepState } from './sweep-state.ts';
import { drawTable } from './sweep-table.ts';

/** Draws the sweep screen over a canvas of at least 60 × 15 cells: the window without the footer. */
export function drawSweep(canvas: Canvas, state: SweepState): void {
  const layout = layoutSweep(canvas.width, canvas.height, state.plan.rates.length, state.enlarged !== null);
  drawHead(canvas.part(layout.head), state);
  const charts = layout.charts.length === 1 ? [state.enlarged ?? 'rejection'] : CHARTS;
  for (const [i, where] of layout.charts.entries()) drawSweepChart(canvas.part(where), state, charts[i]!);
  drawLegend(canvas.part(layout.legend), state);
  if (layout.table !== null) drawTable(canvas.part(layout.table), state);
  if (layout.details !== null) drawDetails(canvas.part(layout.details), state);
  drawSentence(canvas.part(layout.sentence), state);
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
