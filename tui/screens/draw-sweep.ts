import { MARKS } from '../charts/chart.ts';
import { significant } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { textWidth } from '../terminal/text.ts';
import { rateText } from './rate.ts';
import { chartOf, drawSweepChart } from './sweep-charts.ts';
import { drawDetails } from './sweep-details.ts';
import { drawHead } from './sweep-head.ts';
import { layoutSweep } from './sweep-layout.ts';
import { drawSentence } from './sweep-sentence.ts';
import { CHARTS, type ChartName, cursorOf, previousLabel, type SweepState } from './sweep-state.ts';
import { drawTable } from './sweep-table.ts';
import { theoryName } from './sweep-theory.ts';

/** Draws the sweep screen over a canvas of at least 60 × 15 cells: the window without the footer. */
export function drawSweep(canvas: Canvas, state: SweepState): void {
  const layout = layoutSweep(canvas.width, canvas.height, state.plan.rates.length, state.enlarged !== null);
  drawHead(canvas.part(layout.head), state);
  const charts = state.enlarged === null ? CHARTS : [state.enlarged];
  for (const [i, where] of layout.charts.entries()) drawSweepChart(canvas.part(where), state, charts[i]!);
  drawLegend(canvas.part(layout.legend), state, charts);
  if (layout.table !== null) drawTable(canvas.part(layout.table), state);
  if (layout.details !== null) drawDetails(canvas.part(layout.details), state);
  drawSentence(canvas.part(layout.sentence), state);
}

/** A mark, what it looks like, and what it is, the longest wording first; the last one may be '' where the mark can go. */
type LegendEntry = readonly [mark: string, style: Style, wordings: readonly string[]];

function drawLegend(canvas: Canvas, state: SweepState, charts: readonly ChartName[]): void {
  const entries = legend(state, charts);
  const most = Math.max(...entries.map(([, , wordings]) => wordings.length));
  const shortened = (by: number) =>
    entries
      .map(([mark, style, wordings]) => [mark, style, wordings[Math.min(by, wordings.length - 1)]!] as const)
      .filter(([, , text]) => text !== '');
  const width = (by: number) => shortened(by).reduce((sum, [mark, , text]) => sum + textWidth(mark) + textWidth(text) + 3, 0);
  const by = Array.from({ length: most }, (_, by) => by).find((by) => width(by) <= canvas.width) ?? most - 1;
  let x = 1;
  for (const [mark, style, text] of shortened(by)) {
    if (x + textWidth(mark) + 1 + textWidth(text) > canvas.width) continue; // in whole words, or not at all
    canvas.put(x, 0, mark, style);
    canvas.put(x + textWidth(mark) + 1, 0, text);
    x += textWidth(mark) + textWidth(text) + 3;
  }
}

function legend(state: SweepState, charts: readonly ChartName[]): LegendEntry[] {
  const { plan, outcome, layers, previous } = state;
  const knee = outcome?.knee ?? null;
  const theory = theoryName(state) ?? '';
  const at = `${rateText(plan.rates[cursorOf(state)] ?? 0)}/s`;
  const label = previousLabel(state);
  const stretches = new Set(state.fitting.map(({ stretch }) => stretch));
  const belows = new Set(
    charts
      .flatMap((name) => chartOf(state, name).marks)
      .filter(({ kind }) => kind !== 'service')
      .map(({ kind }) => MARKS[kind].glyph),
  );
  const stretched = [...stretches].filter((stretch) => stretch !== 1).map((stretch) => `${Number(stretch.toFixed(2))}×`);
  return [
    ['⠒⠒⠒', 'model', ['model']],
    ...when(layers.band, ['⢕⢕', 'band', ['95% interval', '95%', '95%', '95%', '']]),
    ...when(belows.size > 0, [[...belows].reverse().join(''), 'plain', ['below that', 'below', 'below', 'below']]),
    ...when(layers.theory && theory !== '', ['⠒⠂ ⠒⠂', 'theory', [theory, theory, theory.replace('theory ', ''), 'theory']]),
    ...when(layers.measured && stretches.size > 0, [
      '◆',
      'service',
      [
        stretched.length === 0 ? 'service' : `service, stretched ${stretched.join(' ')}`,
        ...new Array(3).fill(`service ${stretched.join(' ')}`.trimEnd()),
        'service',
      ],
    ]),
    ...when(layers.previous && previous !== null, ['⠁⠈ ⠂', 'ghost', [`before: ${label}`, label, label, 'before']]),
    ...when(knee !== null, ['┊▲', 'knee', [`knee ${significant(knee?.ratePerSecond ?? 0)}/s`]]),
    ['┃', 'plain', [`cursor ${at}`, at, at, '']],
  ];
}

function when(there: boolean, entry: LegendEntry): LegendEntry[] {
  return there ? [entry] : [];
}
