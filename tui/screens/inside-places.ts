import { FREE, placesOf } from '../../sim/metrics/workers.ts';
import { grouped } from '../format.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import { shortenedName, textWidth } from '../terminal/text.ts';
import { marksOf } from './inside-marks.ts';
import type { InsideState } from './inside-state.ts';

const LEAST_BAR = 8; // columns; longer names give way

/** Draws how many workers of all pods wait for what, the most first. */
export function drawPlaces(canvas: Canvas, { scenario, shown }: InsideState): void {
  if (shown === null) return;
  const marks = marksOf(placesOf(scenario));
  const places = [...shown.byPlace.entries()]
    .filter(([place, workers]) => place !== FREE && workers > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, canvas.height);
  const most = Math.max(1, ...places.map(([, workers]) => workers));
  const number = grouped(scenario.pods.count * scenario.pods.workers).length; // whatever comes, nothing moves
  const names = marks.filter((_, place) => place !== FREE).map((mark) => textWidth(mark.name));
  const name = Math.min(Math.max(...names), canvas.width - number - 4 - LEAST_BAR);
  const room = canvas.width - name - number - 4;
  for (const [row, [place, workers]] of places.entries()) {
    const mark = marks[place]!;
    canvas.put(0, row, shortenedName(mark.name, name));
    putRight(canvas.part({ x: 0, y: row, width: name + 2 + number, height: 1 }), 0, grouped(workers));
    canvas.put(name + number + 3, row, mark.letter.repeat(Math.max(1, Math.round((room * workers) / most))), mark.style);
  }
}
