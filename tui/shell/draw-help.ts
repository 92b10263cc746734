import { drawRule } from '../screens/rule.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { type HelpState, SECTIONS } from './help-state.ts';

/** Draws the help over a whole canvas, in as many columns as there is room for. */
export function drawHelp(canvas: Canvas, { filter, scroll }: HelpState): void {
  for (let row = 0; row < canvas.height; row++) canvas.put(0, row, ' '.repeat(canvas.width));
  drawRule(canvas, 0, 'help', filter === '' ? 'type to filter' : `with "${filter}"`);
  const columns = Math.max(1, Math.floor(canvas.width / 40));
  const width = Math.floor(canvas.width / columns);
  const word = filter.toLowerCase();
  let row = 0;
  let column = 0;
  const rows = canvas.height - 2;
  for (const { title, bindings } of SECTIONS) {
    const lines = bindings.filter(({ shown, help }) => `${title} ${shown} ${help}`.toLowerCase().includes(word));
    if (lines.length === 0) continue;
    if (row > 0 && row + lines.length + 1 > rows && column + 1 < columns) {
      row = 0;
      column++;
    }
    const put = (line: string, at: number, style: 'plain' | 'strong') =>
      canvas.part({ x: column * width + 1, y: 2, width: width - 2, height: rows }).put(at, row - scroll, line, style);
    put(title, 0, 'strong');
    row++;
    for (const { shown, help } of lines) {
      put(shown, 1, 'strong');
      put(help, 13, 'plain');
      row++;
    }
    row++;
  }
}
