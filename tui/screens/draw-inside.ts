import type { Canvas } from '../terminal/canvas.ts';
import { drawInsideHead, drawStrikes, drawTimeline } from './inside-head.ts';
import { drawIsps, ispRows } from './inside-isps.ts';
import { layoutInside } from './inside-layout.ts';
import { drawLog } from './inside-log.ts';
import { drawPlaces } from './inside-places.ts';
import { drawPods, podCells, podColumns } from './inside-pods.ts';
import { drawSeries } from './inside-series.ts';
import type { InsideState } from './inside-state.ts';
import { drawInsideSentence } from './inside-words.ts';
import { drawNotice } from './notice.ts';

/** Draws the inside screen over a canvas of at least 60×15: all of the window but the footer. */
export function drawInside(canvas: Canvas, state: InsideState): void {
  const { count } = state.scenario.pods;
  const cells = podCells(state.scenario, canvas.width);
  const wanted = { pods: count, rowsEach: cells.down, podColumns: podColumns(cells), ispRows: ispRows(state) };
  const layout = layoutInside(canvas.width, canvas.height, wanted);
  drawInsideHead(canvas.part(layout.head), state);
  drawTimeline(canvas.part(layout.timeline), state);
  drawPods(canvas.part(layout.pods), state);
  if (layout.places !== null) drawPlaces(canvas.part(layout.places), state);
  drawSeries(canvas.part(layout.series), state);
  if (layout.isps !== null) drawIsps(canvas.part(layout.isps), state);
  if (layout.log !== null) drawLog(canvas.part(layout.log), state);
  drawInsideSentence(canvas.part(layout.sentence), state);
  drawStrikes(canvas.part(layout.strikes), state);
  if (state.message !== null) drawNotice(canvas.part({ x: 0, y: 0, width: canvas.width, height: layout.strikes.y }), state.message, 'bad');
}
