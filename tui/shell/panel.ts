import { drawRule } from '../screens/rule.ts';
import type { Canvas } from '../terminal/canvas.ts';

/** The lowest rows of a canvas, emptied, under a rule with a title: what is above stays in sight. */
export function openPanel(canvas: Canvas, rows: number, title: string, note: string): Canvas {
  const height = Math.min(rows, canvas.height);
  const panel = canvas.part({ x: 0, y: canvas.height - height, width: canvas.width, height });
  for (let row = 0; row < height; row++) panel.put(0, row, ' '.repeat(canvas.width));
  drawRule(panel, 0, title, note);
  return panel.part({ x: 0, y: 1, width: canvas.width, height: height - 1 });
}
