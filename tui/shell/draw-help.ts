import { drawRule } from '../screens/rule.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { COLUMN_WIDTH, columnsOf, HEAD_ROWS, tallest } from './help-layout.ts';
import type { HelpState } from './help-state.ts';

/** Draws the help over a whole canvas, in as many columns as there is room for. */
export function drawHelp(canvas: Canvas, { filter, scroll }: HelpState): void {
  for (let row = 0; row < canvas.height; row++) canvas.put(0, row, ' '.repeat(canvas.width));
  drawRule(canvas, 0, 'help', filter === '' ? 'type to filter' : `with "${filter}"`);
  const columns = columnsOf(filter, canvas.width);
  const rows = canvas.height - HEAD_ROWS;
  const above = Math.max(0, Math.min(scroll, tallest(columns) - rows)); // no further than to the last line
  for (const [i, column] of columns.entries()) {
    const part = canvas.part({ x: i * COLUMN_WIDTH, y: HEAD_ROWS, width: COLUMN_WIDTH - 1, height: rows });
    for (const [row, line] of column.entries()) for (const [x, text, style] of line) part.put(1 + x, row - above, text, style);
  }
  if (tallest(columns) === 0) canvas.put(1, HEAD_ROWS, 'Nothing has that in it.', 'faint');
}
