import type { Canvas } from '../terminal/canvas.ts';
import { wrapText } from '../terminal/text.ts';
import type { AppState } from './app-state.ts';
import { EXPORT_FORMATS, type ExportFormat } from './export-state.ts';
import { commandOf } from './exports.ts';
import { openPanel } from './panel.ts';

const SWEEP: Readonly<Record<ExportFormat, readonly [name: string, what: string]>> = {
  json: ['JSON', 'every figure, the document of --format json'],
  csv: ['CSV', 'a line a rate, the table of --format csv'],
  svg: ['SVG', 'the charts as a picture'],
  command: ['command', 'what to type for the same figures'],
};

const INSIDE: typeof SWEEP = {
  json: ['JSON', 'the run at this instant: workers, figures in time, events'],
  csv: ['CSV', 'the figures in time, a line a dot'],
  svg: ['SVG', 'the pods and the figures in time as a picture'],
  command: ['command', 'what to type for the same run, faults and all'],
};

const TOO_LONG = `The command is too long for here: ${EXPORT_FORMATS.indexOf('command') + 1} writes it.`;

/** Draws the choice of what to carry away over the lower part of a canvas. */
export function drawExport(canvas: Canvas, state: AppState): void {
  const { overlay, inside } = state;
  if (overlay?.kind !== 'export') return;
  const panel = openPanel(canvas, EXPORT_FORMATS.length + 5, 'export what is on the screen', 'new files in this folder');
  for (const [i, format] of EXPORT_FORMATS.entries()) {
    const selected = i === overlay.export.choice;
    const style = selected ? 'selected' : 'plain';
    const [name, what] = (inside === null ? SWEEP : INSIDE)[format];
    panel.put(1, i, `${selected ? '▶' : ' '} ${i + 1} ${name.padEnd(9)} ${what}`.padEnd(panel.width - 2), style);
  }
  const top = EXPORT_FORMATS.length + 1;
  const lines = wrapText(`The same figures:  ${commandOf(state)}`, panel.width - 2);
  const shown = lines.length <= panel.height - top ? lines : [TOO_LONG]; // a command that is cut is another one
  for (const [i, line] of shown.entries()) panel.put(1, top + i, line);
}
