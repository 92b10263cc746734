import { ceilings } from '../../sim/experiments/bottleneck.ts';
import type { Estimate } from '../../sim/experiments/estimate.ts';
import type { Point, TimeEstimate } from '../../sim/experiments/point.ts';
import { duration, grouped, percent, plusMinus, rejection, significant } from '../format.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import { rateText } from './rate.ts';
import { drawRule } from './rule.ts';
import { cursorOf, type SweepState } from './sweep-state.ts';

/** Draws a closer look at the rate under the cursor and, at the foot, where every station stands when the first of them gives way. */
export function drawDetails(canvas: Canvas, state: SweepState): void {
  const stations = stationRows(state);
  const foot = canvas.height - 1 - stations.length;
  drawPoint(canvas.part({ x: 0, y: 0, width: canvas.width, height: Math.max(0, foot - 1) }), state);
  if (foot < 0) return;
  drawRule(canvas, foot, 'stations, in the order in which they give way');
  drawColumns(canvas.part({ x: 0, y: foot + 1, width: canvas.width, height: stations.length }), stations, [14, 26, 42, 58, 84]);
}

function drawPoint(canvas: Canvas, state: SweepState): void {
  const { plan, points } = state;
  const cursor = cursorOf(state);
  const rate = `at ${rateText(plan.rates[cursor] ?? 0)}/s`;
  const point = points[cursor] ?? null;
  if (point === null) {
    drawRule(canvas, 0, rate, 'still to come');
    return;
  }
  const shortfall = point.precise ? '' : 'not as precise as asked for: ';
  drawRule(
    canvas,
    0,
    rate,
    `${shortfall}${grouped(point.replications)} × ${duration(point.measureMs)} after ${duration(point.warmupMs)} of warm-up`,
  );
  const width = Math.floor(canvas.width / 2) - 1;
  const half = (x: number) => canvas.part({ x, y: 1, width, height: canvas.height - 1 });
  drawColumns(half(0), figureRows(point), [20, 32, 42]);
  drawColumns(half(canvas.width - width), timeRows(point), [16, 24, 33, 42]);
}

function figureRows(point: Point): string[][] {
  const { value, halfWidth } = rejection(point.rejectionRate);
  const outcomes = Object.entries(point.outcomes).filter(([, count]) => count > 0);
  return [
    ['503 %', value, halfWidth],
    ['workers busy %', ...share(point.poolUtilisation)],
    ['a pod full %', ...share(point.poolFullShare)],
    ['database busy %', ...share(point.databaseUtilisation)],
    ['done/s', ...number(point.throughputPerSecond)],
    ['accepted by ISPs/s', ...number(point.goodputPerSecond)],
    ['queries/s', ...number(point.databaseQueriesPerSecond)],
    ['in flight', ...number(point.inFlight)],
    ['requests', grouped(point.arrivals)],
    ...outcomes.map(([name, count]) => [`  ${name}`, grouped(count)]),
  ];
}

function timeRows({ sojournMs, statusMs, waitingMs, databaseMs, isps }: Point): string[][] {
  const times: [string, TimeEstimate | null][] = [
    ['send', sojournMs],
    ['status query', statusMs],
    ['waiting', waitingMs],
    ['INSERT', databaseMs.insert],
    ['UPDATE', databaseMs.update],
    ['SELECT', databaseMs.select],
    ...isps.map(({ name, sojournMs }): [string, TimeEstimate | null] => [`send to ${name}`, sojournMs]),
  ];
  const cells = (time: TimeEstimate | null) => (time === null ? [] : [time.p50, time.p95, time.p99].map(({ value }) => significant(value)));
  return [['times, ms', 'p50', 'p95', 'p99'], ...times.map(([name, time]) => [name, ...cells(time)])];
}

function stationRows({ scenario }: SweepState): string[][] {
  const stations = ceilings(scenario);
  return [
    ['station', 'servers', 'holds one, ms', 'ceiling/s', `busy % at ${grouped(stations[0].ceilingPerSecond)}/s`],
    ...stations.map(({ station, servers, holdingMs, ceilingPerSecond, utilisationAtFirst }) => [
      station,
      grouped(servers),
      significant(holdingMs),
      grouped(ceilingPerSecond),
      percent(utilisationAtFirst),
    ]),
  ];
}

function share({ mean, halfWidth }: Estimate): [string, string] {
  return [percent(mean), plusMinus(halfWidth === null ? null : 100 * halfWidth)];
}

function number({ mean, halfWidth }: Estimate): [string, string] {
  return [significant(mean, 4), plusMinus(halfWidth)];
}

/** Rows of cells: the first one starts at the left, each other ends where its column does. The last row that fits tells of those that do not. */
function drawColumns(canvas: Canvas, rows: readonly (readonly string[])[], ends: readonly number[]): void {
  const shown =
    rows.length <= canvas.height ? rows : [...rows.slice(0, canvas.height - 1), [`and ${rows.length - canvas.height + 1} more`]];
  for (const [y, [first = '', ...others]] of shown.entries()) {
    canvas.put(1, y, first);
    for (const [i, text] of others.entries()) putRight(canvas.part({ x: 0, y, width: ends[i + 1]!, height: 1 }), 0, text);
  }
}
