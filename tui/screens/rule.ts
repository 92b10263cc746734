import { type Canvas, putRight } from '../terminal/canvas.ts';
import { textWidth } from '../terminal/text.ts';

/** Draws a rule across a canvas with a title at its left, and a note at its right where there is room. */
export function drawRule(canvas: Canvas, row: number, title: string, note = ''): void {
  canvas.put(0, row, '─'.repeat(canvas.width), 'faint');
  canvas.put(1, row, ` ${title} `, 'strong');
  if (note !== '' && textWidth(title) + textWidth(note) + 8 <= canvas.width) putRight(canvas, row, ` ${note} ─`, 'faint');
}
