import { FREE } from '../../sim/metrics/workers.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { DOWN, type Mark } from './inside-marks.ts';
import type { PodCells } from './inside-pods.ts';
import type { InsideState } from './inside-state.ts';

/** Draws the workers of a pod over a whole canvas: each of them where there is room. */
export function drawCells(
  canvas: Canvas,
  { scenario, shown }: InsideState,
  pod: number,
  { across, each, down }: PodCells,
  isDown: boolean,
  marks: readonly Mark[],
): void {
  const { workers } = scenario.pods;
  const from = shown === null ? 0 : (pod - shown.fromPod) * workers;
  const places = shown?.workers?.places.subarray(from, from + workers);
  const late = shown?.workers?.late.subarray(from, from + workers);
  if (places === undefined || late === undefined) {
    drawShare(canvas, shown === null ? 0 : shown.busy[pod]! / workers);
  } else if (canvas.height < down) {
    drawBlend(canvas, places, marks, isDown);
  } else {
    for (let worker = 0; worker < places.length; worker++) {
      const { letter, style } = isDown ? DOWN : marks[places[worker]!]!;
      canvas.put((worker % across) * each, Math.floor(worker / across), letter, late[worker] === 1 ? 'late' : style);
    }
  }
}

/** Where there is no room for each worker: how they share the row, by what they wait for; largest remainders get the cells that are left. */
function drawBlend(canvas: Canvas, places: Uint8Array, marks: readonly Mark[], isDown: boolean): void {
  const counts = marks.map(() => 0);
  for (const place of places) counts[place]!++;
  const quotas = counts.map((count) => (count * canvas.width) / places.length);
  const cells = quotas.map(Math.floor);
  const byRemainder = quotas.map((quota, i) => [quota % 1, i] as const).sort(([a], [b]) => b - a);
  const left = canvas.width - cells.reduce((sum, n) => sum + n, 0);
  for (const [, i] of byRemainder.slice(0, left)) cells[i]!++;
  let x = 0;
  for (const i of [...marks.keys()].filter((i) => i !== FREE).concat(FREE)) {
    const { letter, style } = isDown ? DOWN : marks[i]!;
    canvas.put(x, 0, letter.repeat(cells[i]!), style);
    x += cells[i]!;
  }
}

/** Where workers are not kept apart: how many are busy. */
function drawShare(canvas: Canvas, share: number): void {
  const busy = Math.round(canvas.width * share);
  canvas.put(0, 0, '█'.repeat(busy), 'model');
  canvas.put(busy, 0, '·'.repeat(canvas.width - busy), 'faint');
}
