import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { wrapText } from '../terminal/text.ts';

/** Draws what came of the latest deed over the lowest rows of a canvas, as many as it takes: what is below them, the keys, stays in sight. */
export function drawNotice(canvas: Canvas, text: string, style: Style): void {
  const lines = wrapText(text, canvas.width - 2).slice(-canvas.height);
  for (const [i, line] of lines.entries()) {
    const row = canvas.height - lines.length + i;
    canvas.put(0, row, ' '.repeat(canvas.width));
    canvas.put(1, row, line, style);
  }
}
