import { ceilings } from '../../sim/experiments/bottleneck.ts';
import type { Estimate } from '../../sim/experiments/estimate.ts';
import type { Point, TimeEstimate } from '../../sim/experiments/point.ts';
import { stationName } from '../bottleneck-sentence.ts';
import { duration, grouped, percent, plusMinus, rejection, significant } from '../format.ts';
import type { MeasuredFigures } from '../measured.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import { shortenedName, textWidth } from '../terminal/text.ts';
import { rateText } from './rate.ts';
import { drawRule } from './rule.ts';
import { workerShares } from './sweep-sentence.ts';
import { cursorOf, type SweepState } from './sweep-state.ts';
import { theoryOf, theoryPercent } from './sweep-theory.ts';

/**
 * Draws a closer look at the rate under the cursor: its figures and times, what a worker's time goes into, and the model beside theory and
 * service; at the foot where every station stands when the first of them gives way. What there is no room for is left out from the end.
 */
export function drawDetails(canvas: Canvas, state: SweepState): void {
  const stations = stationRows(state);
  const foot = canvas.height - 1 - stations.length;
  const point = state.points[cursorOf(state)] ?? null;
  let y = 0;
  const section = (title: string, rows: readonly (readonly string[])[], ends: readonly number[]) => {
    if (rows.length === 0 || y + 2 + rows.length > foot) return;
    drawRule(canvas, y, title);
    drawColumns(canvas.part({ x: 0, y: y + 1, width: canvas.width, height: rows.length }), rows, ends);
    y += rows.length + 2;
  };
  y += drawPoint(canvas.part({ x: 0, y: 0, width: canvas.width, height: Math.max(0, foot - 1) }), state) + 1;
  if (point !== null) {
    section("what a worker's time goes into", workerRows(point, canvas.width), [10, 22, 32, canvas.width - 2]);
    section('the model beside theory and service', comparisonRows(point, state), [18, 34, 54, 74, 92]);
  }
  if (foot < 0) return;
  drawRule(canvas, foot, 'stations, in the order in which they give way');
  drawColumns(canvas.part({ x: 0, y: foot + 1, width: canvas.width, height: stations.length }), stations, [14, 26, 42, 58, 84]);
}

/** Draws the figures and times of a point; returns the rows that it took. */
function drawPoint(canvas: Canvas, state: SweepState): number {
  const { plan, points, settled } = state;
  const cursor = cursorOf(state);
  const rate = `at ${rateText(plan.rates[cursor] ?? 0)}/s`;
  const point = points[cursor] ?? null;
  if (point === null) {
    drawRule(canvas, 0, rate, 'still to come');
    return 1;
  }
  const shortfall = settled[cursor] === false ? 'still coarse: ' : point.precise ? '' : 'not as precise as asked for: ';
  const unsure = point.intervals.parts === 1 ? `; no intervals: ${point.intervals.note}` : '';
  drawRule(
    canvas,
    0,
    rate,
    `${shortfall}${grouped(point.replications)} × ${duration(point.measureMs)} after ${duration(point.warmupMs)} of warm-up${unsure}`,
  );
  const width = Math.floor(canvas.width / 2) - 1;
  const half = (x: number) => canvas.part({ x, y: 1, width, height: canvas.height - 1 });
  const [figures, times] = [figureRows(point), timeRows(point)];
  drawColumns(half(0), figures, [20, 32, 42]);
  drawColumns(half(canvas.width - width), times, [16, 24, 33, 42]);
  return Math.min(canvas.height, 1 + Math.max(figures.length, times.length));
}

const BAR_FROM = 36; // columns that the other cells take

function workerRows(point: Point, width: number): string[][] {
  const parts = workerShares(point);
  const rest = 1 - parts.reduce((sum, { share }) => sum + share, 0);
  const heldMs = parts[0] === undefined ? 0 : parts[0].ms / parts[0].share;
  const all =
    rest > LEAST_REST
      ? [...parts, { name: point.eventLoopUtilisation === null ? 'other' : 'loop, other', share: rest, ms: rest * heldMs }]
      : parts;
  return all.map(({ name, share, ms }) => [
    name,
    `${significant(ms)} ms`,
    `${percent(share)}%`,
    '█'.repeat(Math.round(share * (width - BAR_FROM - 4))).padEnd(width - BAR_FROM - 4),
  ]);
}

const LEAST_REST = 0.002; // what is lost to rounding, and at the ends of the interval

function comparisonRows(point: Point, state: SweepState): string[][] {
  const { forms } = theoryOf(state);
  const service = state.fitting.find((run) => run.point.ratePerSecond === point.ratePerSecond)?.point;
  const figures = [
    ['503 %', 'rejectionRate'],
    ['pool %', 'poolUtilisation'],
    ['database %', 'databaseUtilisation'],
  ] as const;
  return [
    ['', 'model', '95% interval', 'theory', 'service'],
    ...figures.map(([name, figure]) => {
      const { mean, halfWidth } = point[figure];
      const form = forms[figure];
      const share = form?.at(point.ratePerSecond) ?? null;
      const words = (of: MeasuredFigures) => (figure === 'rejectionRate' ? rejection(of.rejectionRate).value : percent(of[figure].mean));
      return [
        name,
        words(point),
        figure === 'rejectionRate' && mean === 0 ? '–' : intervalWords(mean, halfWidth),
        form === null || share === null ? '–' : `${form.exact ? '' : 'near '}${theoryPercent(share)}`,
        service === undefined ? '–' : words(service),
      ];
    }),
  ];
}

function intervalWords(mean: number, halfWidth: number | null): string {
  return halfWidth === null ? '–' : `${percent(Math.max(0, mean - halfWidth))} to ${percent(mean + halfWidth)}`;
}

function figureRows(point: Point): string[][] {
  const { value, halfWidth } = rejection(point.rejectionRate);
  const full = rejection(point.poolFullShare);
  const loop = point.eventLoopUtilisation;
  const outcomes = Object.entries(point.outcomes).filter(([, count]) => count > 0);
  return [
    ['503 %', value, halfWidth],
    ['workers busy %', ...share(point.poolUtilisation)],
    ['a pod full %', full.value, full.halfWidth],
    ['database busy %', ...share(point.databaseUtilisation)],
    ...(loop === null ? [] : [['event loop busy %', ...share(loop)]]),
    ['done/s', ...number(point.throughputPerSecond)],
    ['accepted by ISPs/s', ...number(point.goodputPerSecond)],
    ['queries/s', ...number(point.databaseQueriesPerSecond)],
    ['in flight', ...number(point.inFlight)],
    ['requests', grouped(point.arrivals)],
    ...outcomes.map(([name, count]) => [`  ${name}`, grouped(count)]),
  ];
}

function timeRows({ sojournMs, statusMs, waitingMs, loopWaitMs, databaseMs, isps }: Point): string[][] {
  const times: [string, TimeEstimate | null][] = [
    ['send', sojournMs],
    ['status query', statusMs],
    ['waiting', waitingMs],
    ...(loopWaitMs === null ? [] : [['for the loop', loopWaitMs] satisfies [string, TimeEstimate]]),
    ['INSERT', databaseMs.insert],
    ['UPDATE', databaseMs.update],
    ['SELECT', databaseMs.select],
    ...isps.map(({ name, sojournMs }): [string, TimeEstimate | null] => [`to ${name}`, sojournMs]),
  ];
  const cells = (time: TimeEstimate | null) => (time === null ? [] : [time.p50, time.p95, time.p99].map(({ value }) => significant(value)));
  return [['times, ms', 'p50', 'p95', 'p99'], ...times.map(([name, time]) => [name, ...cells(time)])];
}

function stationRows({ scenario }: SweepState): string[][] {
  const stations = ceilings(scenario);
  const { ceilingPerSecond } = stations[0];
  return [
    [
      'station',
      'servers',
      'holds one, ms',
      'ceiling/s',
      Number.isFinite(ceilingPerSecond) ? `busy % at ${significant(ceilingPerSecond)}/s` : 'busy %',
    ],
    ...stations.map((station) => [
      stationName(station, scenario),
      grouped(station.servers),
      significant(station.holdingMs),
      significant(station.ceilingPerSecond),
      percent(station.utilisationAtFirst),
    ]),
  ];
}

function share({ mean, halfWidth }: Estimate): [string, string] {
  return [percent(mean), plusMinus(halfWidth === null ? null : 100 * halfWidth)];
}

function number({ mean, halfWidth }: Estimate): [string, string] {
  return [significant(mean, 4), plusMinus(halfWidth)];
}

/**
 * Rows of cells: the first one starts at the left and gives way to figures, each other ends where its column does, or nearer to the left if
 * there is less room, but apart from the one before. The last row that fits tells of those that do not.
 */
function drawColumns(canvas: Canvas, rows: readonly (readonly string[])[], ends: readonly number[]): void {
  const shown =
    rows.length <= canvas.height ? rows : [...rows.slice(0, canvas.height - 1), [`and ${rows.length - canvas.height + 1} more`]];
  const [name = 0, ...widths] = ends.map((_, i) => Math.max(...shown.map((row) => textWidth(row[i] ?? ''))));
  const room = Math.min(name, canvas.width - 1 - widths.reduce((sum, width) => sum + 1 + width, 0));
  const columns = columnEnds(1 + room, widths, ends.slice(1), canvas.width - 1);
  for (const [y, [first = '', ...others]] of shown.entries()) {
    canvas.put(1, y, others.length === 0 ? first : shortenedName(first, room));
    for (const [i, text] of others.entries()) putRight(canvas.part({ x: 0, y, width: columns[i]!, height: 1 }), 0, text);
  }
}

/** Where columns end, each with a gap to the one before: where they should, nearer to the left in the same proportion, or close together. */
function columnEnds(from: number, widths: readonly number[], wanted: readonly number[], most: number): number[] {
  const scale = Math.min(1, most / (wanted.at(-1) ?? most));
  const place = (wanted: readonly number[]) => {
    let right = from;
    return widths.map((width, i) => (right = Math.max(wanted[i] ?? 0, right + 1 + width)));
  };
  const ends = place(wanted.map((end) => Math.floor(scale * end)));
  return (ends.at(-1) ?? 0) <= most ? ends : place([]);
}
