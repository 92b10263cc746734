import type { Scenario } from '../../fixtures/schema.ts';
import type { Estimate } from '../../sim/experiments/estimate.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { CHART_FRAME_COLUMNS, type Chart, drawChart } from '../charts/chart.ts';
import type { Sample } from '../charts/curve.ts';
import { linearScale, logScale, type Scale } from '../charts/scale.ts';
import { roundTicks, type Tick } from '../charts/ticks.ts';
import { grouped, percent, plusMinus, rejection } from '../format.ts';
import type { MeasuredFigures } from '../measured.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { rateText } from './rate.ts';
import { CHARTS, type ChartName, cursorOf, type SweepState } from './sweep-state.ts';
import { theoryOf } from './sweep-theory.ts';

/** What a chart shows of a point, of the model or measured. All figures are percentages. */
interface Shown {
  titles(scenario: Scenario, logarithmic: boolean): string[];
  sample(point: MeasuredFigures): Sample;
  readings(point: Point): string[];
  /** Of the longest reading that is usual. */
  readonly readingWidth: number;
}

interface Axis {
  readonly y: Scale;
  readonly yTicks: readonly Tick[];
}

const PER_CENT: Axis = {
  y: linearScale(0, 100),
  yTicks: [100, 0, 50, 75, 25].map((value) => ({ value, label: `${value}` })),
};
// A thousandth of a per cent is what a million requests can show; 503 rates below it, and none, stand on the axis.
const LEAST = 0.001;
const LOG_PER_CENT: Axis = {
  y: logScale(LEAST, 100),
  yTicks: [100, 0.001, 1, 10, 0.1, 0.01].map((value) => ({ value, label: `${value}`.replace(/^0/, '') })),
};

const SHOWN: Readonly<Record<ChartName, Shown>> = {
  pool: {
    titles: ({ pods }) => [`pool occupancy, % of ${grouped(pods.count * pods.workers)} workers`, 'pool occupancy %', 'pool %'],
    ...utilisation((point) => point.poolUtilisation),
  },
  rejection: {
    titles: (_, logarithmic) =>
      logarithmic
        ? ['rejected with 503, % of requests (log scale)', '503 % (log scale)', '503 % log', '503 %']
        : ['rejected with 503, % of requests', '503 %'],
    sample: ({ ratePerSecond, rejectionRate: { mean, halfWidth, upper } }) => ({
      x: ratePerSecond,
      value: 100 * mean,
      low: 100 * (mean - (halfWidth ?? 0)),
      high: 100 * (upper ?? mean),
    }),
    readings: ({ rejectionRate }) => {
      const { value, halfWidth } = rejection(rejectionRate);
      return [`${value} ${halfWidth}`.trimEnd(), value];
    },
    readingWidth: '0.0123 ±0.0012'.length,
  },
  database: {
    titles: ({ pods, database }) => [
      `database utilisation, % of ${grouped(Math.min(database.connections, pods.count * database.connectionsPerPod))} connections`,
      'database utilisation %',
      'database %',
      'db %',
    ],
    ...utilisation((point) => point.databaseUtilisation),
  },
};

function utilisation(read: (point: MeasuredFigures) => Estimate): Pick<Shown, 'sample' | 'readings' | 'readingWidth'> {
  return {
    sample(point) {
      const { mean, halfWidth } = read(point);
      const around = halfWidth ?? 0;
      return { x: point.ratePerSecond, value: 100 * mean, low: 100 * (mean - around), high: 100 * (mean + around) };
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
  // Points come coarse first, the ends and the middle: what is still to come between two of them bends the line later.
  const samplesOf = (points: readonly (Point | null)[]) => points.filter((point) => point !== null).map(shown.sample);
  const curve = samplesOf(points);
  const previous = state.previous !== null && layers.previous ? samplesOf(state.previous.points).filter(isWithin(from, to)) : [];
  const marks = layers.measured ? state.fitting.map(({ point }) => shown.sample(point)).filter(isWithin(from, to)) : [];
  const onLog = name === 'rejection' && logarithmic;
  // On the logarithmic axis what is next to nothing has no place.
  const theory = layers.theory
    ? theoryOf(state).curves[name].map((sample) => (onLog && sample !== null && sample.value < LEAST ? null : sample))
    : [];
  return {
    titles: shown.titles(scenario, logarithmic).map((title) => `${CHARTS.indexOf(name) + 1} ${title}`),
    readings: point === null ? ['–'] : shown.readings(point),
    readingWidth: shown.readingWidth,
    from,
    to,
    curve,
    band: layers.band,
    theory,
    previous,
    marks,
    ...(name !== 'rejection' ? PER_CENT : onLog ? LOG_PER_CENT : upTo([...curve, ...previous, ...marks])),
    cursor: plan.rates[cursor] ?? null,
    knee: outcome?.knee?.ratePerSecond ?? null,
  };
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

const isWithin = (from: number, to: number) => (sample: Sample) => sample.x >= from && sample.x <= to;

const TOPS = [1, 2, 5, 10, 20, 50, 100];
const MOST_TICKS = 5;

/** A linear axis from 0 to a round percentage that no sample is above. */
function upTo(samples: readonly Sample[]): Axis {
  const most = Math.max(0, ...samples.map(({ value }) => value));
  const top = TOPS.find((top) => top >= most) ?? 100;
  const values = roundTicks(0, top, MOST_TICKS);
  return { y: linearScale(0, top), yTicks: [...values].reverse().map((value) => ({ value, label: rateText(value) })) };
}

function rateTicks(from: number, to: number, columns: number): Tick[] {
  const widest = rateText(to).length + 1;
  return roundTicks(from, to, Math.floor(columns / widest)).map((value) => ({ value, label: rateText(value) }));
}
