import type { Estimate } from '../../sim/experiments/estimate.ts';
import type { Point, TimeEstimate } from '../../sim/experiments/point.ts';

/** A figure of a point and its interval; ends are null where there is none. */
export interface Reading {
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

type Ends = { readonly mean?: number; readonly value?: number; readonly halfWidth: number | null } & Partial<Reading>;

/** Every figure that is shown with an interval, by kind. */
const FIGURES: Readonly<Record<string, (point: Point) => Ends | Estimate | null>> = {
  '503 rate': (point) => point.rejectionRate,
  'a pod full': (point) => point.poolFullShare,
  'workers busy': (point) => point.poolOccupancy,
  'database busy': (point) => point.databaseUtilisation,
  'loops busy': (point) => point.eventLoopUtilisation,
  'done/s': (point) => point.throughputPerSecond,
  'in flight': (point) => point.inFlight,
  'mean sojourn': (point) => of(point.sojournMs)?.mean ?? null,
  p50: (point) => of(point.sojournMs)?.p50 ?? null,
  p95: (point) => of(point.sojournMs)?.p95 ?? null,
  p99: (point) => of(point.sojournMs)?.p99 ?? null,
};

const of = (times: TimeEstimate | null) => times;

export const FIGURE_NAMES = Object.keys(FIGURES);

/** The figures of a point, in the order of FIGURE_NAMES; null where the scenario has none. */
export function readFigures(point: Point): (Reading | null)[] {
  return FIGURE_NAMES.map((name) => {
    const figure: Ends | null = FIGURES[name]!(point);
    if (figure === null) return null;
    const value = figure.mean ?? figure.value!;
    const { halfWidth } = figure;
    const { lower = halfWidth === null ? null : value - halfWidth, upper = halfWidth === null ? null : value + halfWidth } = figure;
    return { value, lower, upper };
  });
}
