import type { Scenario } from '../../fixtures/schema.ts';
import { FREE, placesOf } from '../../sim/metrics/workers.ts';
import { grouped } from '../format.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import { firstFitting } from '../terminal/text.ts';
import { isUnderWay } from './inside-faults.ts';
import { PODS_FRAME_ROWS } from './inside-layout.ts';
import { DOWN, type Mark, marksOf, markWords } from './inside-marks.ts';
import type { InsideState } from './inside-state.ts';

/** How the workers of a pod are laid out in cells. */
export interface PodCells {
  /** Columns before the cells: mark, name, whether it is full. */
  readonly label: number;
  /** Cells of a row. */
  readonly across: number;
  /** Columns of a cell: 2 where there is room for a gap. */
  readonly each: 1 | 2;
  /** Rows of a pod that shows each of its workers. */
  readonly down: number;
  /** Columns for figures at the right; 0 where there is no room. */
  readonly figures: number;
}

const FIGURE = 8; // columns

/** The cells of a pod in so many columns. */
export function podCells({ pods }: Scenario, width: number): PodCells {
  const { count, workers } = pods;
  const label = ` pod ${count}! `.length;
  const figures = 2 * FIGURE;
  const room = width - label;
  if (room >= 2 * workers + figures) return { label, across: workers, each: 2, down: 1, figures };
  if (room >= workers + figures) return { label, across: workers, each: 1, down: 1, figures };
  if (room >= workers) return { label, across: workers, each: 1, down: 1, figures: 0 };
  const across = room - figures;
  return { label, across, each: 1, down: Math.ceil(workers / across), figures };
}

/** Columns of a pod's row. */
export function podColumns({ label, across, each, figures }: PodCells): number {
  return label + across * each + figures;
}

/** Draws a ruler, a row or more for each pod, and what the letters mean. */
export function drawPods(canvas: Canvas, state: InsideState): void {
  const { scenario } = state;
  const { count, workers } = scenario.pods;
  const cells = podCells(scenario, canvas.width);
  const columns = podColumns(cells);
  const rows = canvas.height - PODS_FRAME_ROWS;
  const whole = count * cells.down <= rows; // each worker of each pod has a cell
  const down = whole ? cells.down : 1;
  const shownPods = Math.min(count, Math.floor(rows / down));
  const first = firstShown(state, shownPods);
  const marks = marksOf(placesOf(scenario));
  drawRuler(
    canvas.part({ x: 0, y: 0, width: columns, height: 1 }),
    cells,
    whole || cells.down === 1 ? null : workers / cells.across,
    count > shownPods ? [first, first + shownPods] : null,
  );
  for (let i = 0; i < shownPods; i++) {
    const pod = canvas.part({ x: 0, y: 1 + i * down, width: columns, height: down });
    drawPod(pod, state, first + i, cells, marks);
  }
  drawLegend(canvas.part({ x: 0, y: canvas.height - 1, width: canvas.width, height: 1 }), scenario, marks);
}

/** The first pod that is shown: the chosen one stays in sight. */
function firstShown({ scenario, targets, target, shown }: InsideState, shownPods: number): number {
  const chosen = targets[target]!;
  const known = shown === null ? 0 : shown.fromPod;
  const wanted = chosen.kind === 'pod' ? chosen.pod - Math.floor(shownPods / 2) : 0;
  return Math.max(known, Math.min(scenario.pods.count - shownPods, wanted));
}

function drawRuler(
  canvas: Canvas,
  { label, across, each, figures }: PodCells,
  workersPerCell: number | null,
  range: readonly [number, number] | null,
): void {
  const note = [
    ...(range === null ? [] : [`pods ${grouped(range[0] + 1)} to ${grouped(range[1])}, ↑↓`]),
    ...(workersPerCell === null ? [] : [`a cell is ${grouped(workersPerCell, 1)} workers`]),
  ].join('; ');
  let free = label;
  for (let worker = 0; worker < across && workersPerCell === null; worker += 10) {
    const at = label + worker * each;
    if (at < free) continue;
    canvas.put(at, 0, grouped(worker), 'faint');
    free = at + grouped(worker).length + 1;
  }
  if (note !== '') canvas.put(workersPerCell === null ? free + 4 : label, 0, note, 'faint');
  if (figures === 0) return;
  putRight(canvas.part({ x: 0, y: 0, width: canvas.width - FIGURE, height: 1 }), 0, 'busy', 'faint');
  putRight(canvas, 0, '503/s', 'faint');
}

function drawPod(canvas: Canvas, state: InsideState, pod: number, cells: PodCells, marks: readonly Mark[]): void {
  const { scenario, shown, targets, target } = state;
  const { workers } = scenario.pods;
  const chosen = targets[target]!;
  const isChosen = chosen.kind === 'pod' && chosen.pod === pod;
  const busy = shown?.busy[pod] ?? 0;
  const rejected = shown?.rejectedPerSecond[pod] ?? 0;
  const isDown = state.wish.faults.some((fault) => fault.kind === 'podCrash' && fault.pod === pod && isUnderWay(fault, shown?.atMs ?? 0));
  const full = busy === workers;
  canvas.put(0, 0, `${isChosen ? '▸' : ' '}pod ${pod + 1}`, isChosen ? 'strong' : 'plain');
  if (full || isDown) canvas.put(cells.label - 2, 0, isDown ? 'x' : '!', 'bad');
  drawCells(
    canvas.part({ x: cells.label, y: 0, width: cells.across * cells.each, height: canvas.height }),
    state,
    pod,
    cells,
    isDown,
    marks,
  );
  if (cells.figures === 0) return;
  const put = (right: number, text: string, alarming: boolean) =>
    putRight(canvas.part({ x: 0, y: 0, width: canvas.width - right, height: 1 }), 0, text, alarming ? 'bad' : 'plain');
  put(FIGURE, `${grouped(busy)}/${grouped(workers)}`, full);
  put(0, grouped(rejected), rejected > 0);
}

function drawCells(
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

function drawLegend(canvas: Canvas, scenario: Scenario, marks: readonly Mark[]): void {
  const hasLoop = scenario.pods.eventLoop !== null;
  const known = marks.filter(({ name }) => name !== 'free' && (hasLoop || name !== 'loop'));
  const isps = known.filter(({ style }) => style.startsWith('isp')).map(markWords);
  const own = known.filter(({ style }) => !style.startsWith('isp')).map(markWords);
  const fewer = own.map((words) => words.replace('connection', 'conn'));
  const wordings = [
    ` Each worker and what it waits for: an ISP, ${isps.join(' ')}; the service, ${own.join(' ')}; · nothing   ! pod full  x down`,
    ` ISPs: ${isps.join(' ')}   service: ${own.join(' ')}   · free  ! full  x down`,
    ` ${isps.join(' ')}  ${own.join(' ')}  · free  x down`,
    `${isps.join(' ')}  ${own.join(' ')}`,
    `${isps.join(' ')}  ${fewer.join(' ')}`,
    ` capitals wait for ISPs, ${own.join(' ')}`,
    ' capitals: ISPs  small letters: the service',
  ];
  canvas.put(0, 0, firstFitting(wordings, canvas.width) ?? '', 'faint');
}
