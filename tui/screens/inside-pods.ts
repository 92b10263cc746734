import type { Scenario } from '../../fixtures/schema.ts';
import { placesOf } from '../../sim/metrics/workers.ts';
import { grouped } from '../format.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { firstFitting, shortened } from '../terminal/text.ts';
import { drawCells } from './inside-cells.ts';
import { isPodDown } from './inside-faults.ts';
import { PODS_FRAME_ROWS } from './inside-layout.ts';
import { type Mark, marksOf, markWords } from './inside-marks.ts';
import type { InsideState } from './inside-state.ts';

/** A figure at the right of a pod's row. */
interface Figure {
  readonly head: string;
  columns(pods: Scenario['pods']): number;
  /** Null where it is not known. */
  read(state: InsideState, pod: number): { readonly text: string; readonly bad: boolean } | null;
}

const FIGURES: readonly Figure[] = [
  {
    head: 'busy',
    columns: ({ workers }) => Math.max(8, 2 + 2 * grouped(workers).length),
    read({ scenario, shown }, pod) {
      const { workers } = scenario.pods;
      const busy = shown?.busy[pod] ?? 0;
      return { text: `${grouped(busy)}/${grouped(workers)}`, bad: busy === workers };
    },
  },
  {
    head: '503/s',
    columns: () => 7,
    read({ shown }, pod) {
      const rejected = shown?.second.rejected[pod] ?? 0;
      return { text: grouped(rejected), bad: rejected > 0 };
    },
  },
  {
    head: 'loop %',
    columns: () => 7,
    read({ shown }, pod) {
      const share = shown?.second.loopUtilisation?.[pod];
      return share === undefined ? null : { text: grouped(100 * share), bad: share > 0.9 };
    },
  },
];

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
  /** What stands at the right, as far as there is room, and in how many columns. */
  readonly figures: readonly { readonly figure: Figure; readonly columns: number }[];
}

const columnsOf = (figures: PodCells['figures']) => figures.reduce((sum, { columns }) => sum + columns, 0);

/** The cells of a pod in so many columns. */
export function podCells({ pods }: Scenario, width: number): PodCells {
  const { count, workers, eventLoop } = pods;
  const label = ` pod ${count}! `.length;
  const all = FIGURES.slice(0, eventLoop === null ? 2 : 3).map((figure) => ({ figure, columns: figure.columns(pods) }));
  const room = width - label;
  if (room >= 2 * workers + columnsOf(all)) return { label, across: workers, each: 2, down: 1, figures: all };
  if (room >= workers) {
    const figures = all.filter((_, i) => room >= workers + columnsOf(all.slice(0, i + 1)));
    return { label, across: workers, each: 1, down: 1, figures };
  }
  const across = room - columnsOf(all);
  return { label, across, each: 1, down: Math.ceil(workers / across), figures: all };
}

/** Columns of a pod's row. */
export function podColumns({ label, across, each, figures }: PodCells): number {
  return label + across * each + columnsOf(figures);
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
  let free = label;
  for (let worker = 0; worker < across && workersPerCell === null; worker += 10) {
    const at = label + worker * each;
    if (at < free) continue;
    canvas.put(at, 0, grouped(worker), 'faint');
    free = at + grouped(worker).length + 1;
  }
  const pods = range === null ? [] : [`pods ${grouped(range[0] + 1)} to ${grouped(range[1])}, ↑↓`];
  const cell = workersPerCell === null ? [] : [`a cell is ${grouped(workersPerCell, Number.isInteger(workersPerCell) ? 0 : 1)} workers`];
  const notes = [[...pods, ...cell].join('; '), [...cell, ...pods][0] ?? ''];
  const right = canvas.width - columnsOf(figures);
  const at = workersPerCell === null ? free + 4 : label;
  const note = firstFitting(notes, right - at);
  if (note !== null) canvas.put(at, 0, note, 'faint');
  else if (range !== null)
    canvas.put(1, 0, shortened(`${grouped(range[0] + 1)}-${grouped(range[1])} ↑↓`, right - 1).padEnd(right - 1), 'faint');
  putFigures(canvas, figures, ({ head }) => ({ text: head, style: 'faint' }));
}

function putFigures(
  canvas: Canvas,
  figures: PodCells['figures'],
  read: (figure: Figure) => { readonly text: string; readonly style: Style },
): void {
  let right = canvas.width - columnsOf(figures);
  for (const { figure, columns } of figures) {
    right += columns;
    const { text, style } = read(figure);
    putRight(canvas.part({ x: 0, y: 0, width: right, height: 1 }), 0, text, style);
  }
}

function drawPod(canvas: Canvas, state: InsideState, pod: number, cells: PodCells, marks: readonly Mark[]): void {
  const { scenario, shown, targets, target } = state;
  const { workers } = scenario.pods;
  const chosen = targets[target]!;
  const isChosen = chosen.kind === 'pod' && chosen.pod === pod;
  const isDown = isPodDown(state.wish.faults, pod, shown?.atMs ?? 0);
  const full = shown?.busy[pod] === workers;
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
  putFigures(canvas, cells.figures, (figure) => {
    const { text, bad } = figure.read(state, pod) ?? { text: '', bad: false };
    return { text, style: bad ? 'bad' : 'plain' };
  });
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
    ` ${isps.join(' ')}  ${own.join(' ')}  · free`,
    `${isps.join(' ')}  ${own.join(' ')}`,
    `${isps.join(' ')}  ${fewer.join(' ')}`,
    ` capitals wait for ISPs, ${own.join(' ')}`,
    ' capitals: ISPs  small letters: the service',
  ];
  canvas.put(0, 0, firstFitting(wordings, canvas.width) ?? '', 'faint');
}
