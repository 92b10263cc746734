import type { Estimate } from '../../sim/experiments/estimate.ts';
import { type Interval, intervalOf } from '../../sim/experiments/interval.ts';
import type { PercentileEstimate } from '../../sim/experiments/percentiles.ts';
import type { Point } from '../../sim/experiments/point.ts';
import type { ShareEstimate } from '../../sim/experiments/shares.ts';

/** Every figure that is shown with an interval, by kind. */
const FIGURES: Readonly<Record<string, (point: Point) => Estimate | ShareEstimate | PercentileEstimate | null>> = {
  '503 rate': (point) => point.rejectionRate,
  'a pod full': (point) => point.poolFullShare,
  'workers busy': (point) => point.poolOccupancy,
  'database busy': (point) => point.databaseUtilisation,
  'loops busy': (point) => point.eventLoopUtilisation,
  'done/s': (point) => point.throughputPerSecond,
  'in flight': (point) => point.inFlight,
  'mean sojourn': (point) => point.sojournMs?.mean ?? null,
  p50: (point) => point.sojournMs?.p50 ?? null,
  p95: (point) => point.sojournMs?.p95 ?? null,
  p99: (point) => point.sojournMs?.p99 ?? null,
};

export const FIGURE_NAMES = Object.keys(FIGURES);

/** The figures of a point, in the order of FIGURE_NAMES; null where there is none. */
export function readFigures(point: Point | null): (Interval | null)[] {
  return FIGURE_NAMES.map((name) => {
    const figure = point && FIGURES[name]!(point);
    return figure && intervalOf(figure);
  });
}
