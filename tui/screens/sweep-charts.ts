import type { Scenario } from '../../fixtures/schema.ts';
import type { Estimate } from '../../sim/experiments/estimate.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { CHART_FRAME_COLUMNS, drawChart } from '../charts/chart.ts';
import type { Sample } from '../charts/curve.ts';
import { linearScale, logScale, type Scale } from '../charts/scale.ts';
import { roundTicks, type Tick } from '../charts/ticks.ts';
import { grouped, percent, plusMinus, rejection } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { rateText } from './rate.ts';
import { CHARTS, type ChartName, cursorOf, type SweepState } from './sweep-state.ts';

/** What a chart shows of a point. All figures are percentages. */
interface Subject {
  titles(scenario: Scenario): string[];
  sample(point: Point): Sample;
  readings(point: Point): string[];
  /** Of the longest reading that is usual. */
  readonly readingWidth: number;
  readonly y: Scale;
  readonly yTicks: readonly Tick[];
}

const PER_CENT = {
  y: linearScale(0, 100),
  yTicks: [100, 0, 50, 75, 25].map((value) => ({ value, label: `${value}` })),
};
// A thousandth of a per cent is what a million requests can show; 503 rates below it, and none, stand on the axis.
const LOG_PER_CENT = {
  y: logScale(0.001, 100),
  yTicks: [100, 0.001, 1, 10, 0.1, 0.01].map((value) => ({ value, label: `${value}`.replace(/^0/, '') })),
};

const SUBJECTS: Readonly<Record<ChartName, Subject>> = {
  pool: {
    titles: ({ pods }) => [`pool occupancy, % of ${grouped(pods.count * pods.workers)} workers`, 'pool occupancy %', 'pool %'],
    ...utilisation((point) => point.poolUtilisation),
    ...PER_CENT,
  },
  rejection: {
    titles: () => ['rejected with 503, % of requests (log scale)', '503 % (log scale)', '503 % log', '503 %'],
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
    ...LOG_PER_CENT,
  },
  database: {
    titles: ({ pods, database }) => [
      `database utilisation, % of ${grouped(Math.min(database.connections, pods.count * database.connectionsPerPod))} connections`,
      'database utilisation %',
      'database %',
      'db %',
    ],
    ...utilisation((point) => point.databaseUtilisation),
    ...PER_CENT,
  },
};

function utilisation(read: (point: Point) => Estimate): Pick<Subject, 'sample' | 'readings' | 'readingWidth'> {
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

/** Draws one of the charts over a whole canvas. */
export function drawSweepChart(canvas: Canvas, state: SweepState, name: ChartName): void {
  const { scenario, plan, points, outcome } = state;
  const cursor = cursorOf(state);
  const subject = SUBJECTS[name];
  const from = plan.rates[0] ?? 0;
  const to = plan.rates.at(-1) ?? 0;
  const point = points[cursor] ?? null;
  drawChart(canvas, {
    titles: subject.titles(scenario).map((title) => `${CHARTS.indexOf(name) + 1} ${title}`),
    readings: point === null ? ['–'] : subject.readings(point),
    readingWidth: subject.readingWidth,
    curve: points.map((point) => (point === null ? null : subject.sample(point))),
    x: linearScale(from, to),
    y: subject.y,
    xTicks: rateTicks(from, to, canvas.width - CHART_FRAME_COLUMNS),
    xUnit: 'req/s',
    yTicks: subject.yTicks,
    cursor: plan.rates[cursor] ?? null,
    knee: outcome?.knee?.ratePerSecond ?? null,
  });
}

function rateTicks(from: number, to: number, columns: number): Tick[] {
  const widest = rateText(to).length + 1;
  return roundTicks(from, to, Math.floor(columns / widest)).map((value) => ({ value, label: rateText(value) }));
}
