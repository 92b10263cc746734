import type { Scenario } from '../../fixtures/schema.ts';
import type { Estimate } from '../../sim/experiments/estimate.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { CHART_FRAME_COLUMNS, type Chart, drawChart, type Mark } from '../charts/chart.ts';
import type { Band, Curve } from '../charts/curve.ts';
import { linearScale, logScale, type Scale } from '../charts/scale.ts';
import { roundTicks, type Tick } from '../charts/ticks.ts';
import { counted, percent, plusMinus, rejection } from '../format.ts';
import type { MeasuredFigures } from '../measured.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { rateText } from './rate.ts';
import { CHARTS, type ChartName, cursorOf, type SweepState } from './sweep-state.ts';
import { theoryOf } from './sweep-theory.ts';

/** What a chart shows of a point, of the model or measured. All figures are percentages. */
interface Shown {
  titles(scenario: Scenario, logarithmic: boolean): string[];
  read(point: MeasuredFigures): Figure | null;
  readings(point: Point): string[];
  /** Of the longest reading that is usual. */
  readonly readingWidth: number;
}

/** What is known of a figure. */
interface Figure {
  readonly value: number;
  /** Whether all that is known is that it is below the value. */
  readonly isBound: boolean;
  /** Null if no interval is known. */
  readonly interval: readonly [low: number, high: number] | null;
}

interface Axis {
  /** Of the axis; what is known to be below it is told as a bound. */
  readonly least: number;
  readonly y: Scale;
  readonly yTicks: readonly Tick[];
}

const PER_CENT: Axis = {
  least: 0,
  y: linearScale(0, 100),
  yTicks: [100, 0, 50, 75, 25].map((value) => ({ value, label: `${value}` })),
};
const LEAST = 0.001; // per cent: what a million requests can show
const LOG_PER_CENT: Axis = {
  least: LEAST,
  y: logScale(LEAST, 100),
  yTicks: [100, 0.001, 1, 10, 0.1, 0.01].map((value) => ({ value, label: `${value}`.replace(/^0/, '') })),
};

const SHOWN: Readonly<Record<ChartName, Shown>> = {
  pool: {
    titles: ({ pods }) => [`pool occupancy, % of ${counted(pods.count * pods.workers, 'worker')}`, 'pool occupancy %', 'pool %'],
    ...utilisation((point) => point.poolUtilisation),
  },
  rejection: {
    titles: (_, logarithmic) =>
      logarithmic
        ? ['rejected with 503, % of requests (log scale)', '503 % (log scale)', '503 % log', '503 %']
        : ['rejected with 503, % of requests', '503 %'],
    read: ({ rejectionRate: { mean, lower, upper } }) => {
      if (mean === 0) return upper === null ? null : { value: 100 * upper, isBound: true, interval: null };
      const interval = lower === null || upper === null ? null : ([100 * lower, 100 * upper] as const);
      return { value: 100 * mean, isBound: false, interval };
    },
    readings: ({ rejectionRate }) => {
      const { value, halfWidth } = rejection(rejectionRate);
      return [`${value} ${halfWidth}`.trimEnd(), value];
    },
    readingWidth: '0.0123 ±0.0012'.length,
  },
  database: {
    titles: ({ pods, database }) => [
      `database utilisation, % of ${counted(Math.min(database.connections, pods.count * database.connectionsPerPod), 'connection')}`,
      'database utilisation %',
      'database %',
      'db %',
    ],
    ...utilisation((point) => point.databaseUtilisation),
  },
};

function utilisation(read: (point: MeasuredFigures) => Estimate): Pick<Shown, 'read' | 'readings' | 'readingWidth'> {
  return {
    read(point) {
      const { mean, halfWidth } = read(point);
      const interval = halfWidth === null ? null : ([100 * (mean - halfWidth), 100 * (mean + halfWidth)] as const);
      return { value: 100 * mean, isBound: false, interval };
    },
    readings(point) {
      const { mean, halfWidth } = read(point);
      return [`${percent(mean)} ${plusMinus(halfWidth === null ? null : 100 * halfWidth)}`.trimEnd(), percent(mean)];
    },
    readingWidth: '12.3 ±0.12'.length,
  };
}

/** What a chart of the sweep shows, wherever it is drawn. */
export interface SweepChart extends Omit<Chart, 'x' | 'xTicks' | 'xUnit'> {
  /** Rates at the ends. */
  readonly from: number;
  readonly to: number;
}

export function chartOf(state: SweepState, name: ChartName): SweepChart {
  const { scenario, plan, points, outcome, layers, logarithmic } = state;
  const cursor = cursorOf(state);
  const shown = SHOWN[name];
  const from = plan.rates[0] ?? 0;
  const to = plan.rates.at(-1) ?? 0;
  const point = points[cursor] ?? null;
  const known = (rates: readonly number[], points: readonly (MeasuredFigures | null)[]): Known[] =>
    rates.map((x, i) => ({ x, figure: points[i] ? shown.read(points[i]) : null })).filter(({ x }) => x >= from && x <= to);
  const model = known(plan.rates, points);
  const previous = state.previous !== null && layers.previous ? known(state.previous.plan.rates, state.previous.points) : [];
  const service = layers.measured
    ? known(
        state.fitting.map(({ point }) => point.ratePerSecond),
        state.fitting.map(({ point }) => point),
      )
    : [];
  const onLog = name === 'rejection' && logarithmic;
  const axis = name !== 'rejection' ? PER_CENT : onLog ? LOG_PER_CENT : upTo([...model, ...previous, ...service]);
  return {
    titles: shown.titles(scenario, logarithmic).map((title) => `${CHARTS.indexOf(name) + 1} ${title}`),
    readings: point === null ? ['–'] : shown.readings(point),
    readingWidth: shown.readingWidth,
    from,
    to,
    curve: lineOf(model),
    band: layers.band ? bandOf(model) : [],
    theory: layers.theory ? theoryOf(state).curves[name].map((place) => (onLog && place?.value === 0 ? null : place)) : [],
    previous: lineOf(previous),
    marks: [
      ...marksOf(previous, axis, { below: 'previousBelow' }),
      ...marksOf(model, axis, { below: 'below' }),
      ...marksOf(service, axis, { below: 'serviceBelow', there: 'service' }),
    ],
    y: axis.y,
    yTicks: axis.yTicks,
    cursor: plan.rates[cursor] ?? null,
    knee: outcome?.knee?.ratePerSecond ?? null,
  };
}

/** What is known at a rate; null if nothing is, yet or at all. */
interface Known {
  readonly x: number;
  readonly figure: Figure | null;
}

/** A bound is no place on a line. */
function lineOf(known: readonly Known[]): Curve {
  return known.map(({ x, figure }) => (figure === null || figure.isBound ? null : { x, value: figure.value }));
}

function bandOf(known: readonly Known[]): Band {
  return known.map(({ x, figure }) => (figure?.interval ? { x, low: figure.interval[0], high: figure.interval[1] } : null));
}

/** A mark for each bound, and for each figure that is below the axis; for those that are on it only if they have a mark of their own. */
function marksOf(
  known: readonly Known[],
  { least }: Axis,
  { below, there }: { readonly below: Mark['kind']; readonly there?: Mark['kind'] },
): Mark[] {
  return known.flatMap(({ x, figure }) => {
    if (figure === null) return [];
    const kind = figure.isBound || figure.value < least ? below : there;
    return kind === undefined ? [] : [{ x, value: figure.value, kind }];
  });
}

/** Draws one of the charts over a whole canvas. */
export function drawSweepChart(canvas: Canvas, state: SweepState, name: ChartName): void {
  const chart = chartOf(state, name);
  drawChart(canvas, {
    ...chart,
    x: linearScale(chart.from, chart.to),
    xTicks: rateTicks(chart.from, chart.to, canvas.width - CHART_FRAME_COLUMNS),
    xUnit: 'req/s',
  });
}

const TOPS = [1, 2, 5, 10, 20, 50, 100];
const MOST_TICKS = 5;

/** A linear axis from 0 to a round percentage that no figure is above. */
function upTo(known: readonly Known[]): Axis {
  const most = Math.max(0, ...known.map(({ figure }) => figure?.value ?? 0));
  const top = TOPS.find((top) => top >= most) ?? 100;
  const values = roundTicks(0, top, MOST_TICKS);
  return { least: 0, y: linearScale(0, top), yTicks: [...values].reverse().map((value) => ({ value, label: rateText(value) })) };
}

function rateTicks(from: number, to: number, columns: number): Tick[] {
  const widest = rateText(to).length + 1;
  return roundTicks(from, to, Math.floor(columns / widest)).map((value) => ({ value, label: rateText(value) }));
}
