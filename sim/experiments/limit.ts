import type { Estimate } from './estimate.ts';
import { type Interval, intervalOf } from './interval.ts';
import type { PercentileEstimate } from './percentiles.ts';
import type { Point } from './point.ts';
import type { ShareEstimate } from './shares.ts';

/** A limit such as 'rejectionRate<=0.001' or 'sojournMs.p99<=1000': a figure of a point and what it may be at most. */
export interface Limit {
  readonly text: string;
  readonly max: number;
  /** The figure at a point and the ends of its interval, null where it has none; null where the point has no such figure. */
  read(point: Point): Interval | null;
}

type Figure = (point: Point) => Estimate | ShareEstimate | PercentileEstimate | undefined;

const FIGURES: Readonly<Record<string, Figure>> = {
  rejectionRate: (point) => point.rejectionRate,
  poolUtilisation: (point) => point.poolUtilisation,
  poolFullShare: (point) => point.poolFullShare,
  databaseUtilisation: (point) => point.databaseUtilisation,
  'sojournMs.mean': (point) => point.sojournMs?.mean,
  'sojournMs.p50': (point) => point.sojournMs?.p50,
  'sojournMs.p95': (point) => point.sojournMs?.p95,
  'sojournMs.p99': (point) => point.sojournMs?.p99,
};

export const LIMIT_FIGURES = Object.keys(FIGURES);
export const DEFAULT_LIMIT = 'rejectionRate<=0.001';

/** Reads a limit; null where the text is none. */
export function parseLimit(text: string): Limit | null {
  const [, name = '', number = ''] = /^\s*([\w.]+)\s*<=\s*(\S+)\s*$/.exec(text) ?? [];
  const figure = Object.hasOwn(FIGURES, name) ? FIGURES[name] : undefined;
  const max = Number(number);
  if (figure === undefined || number === '' || !Number.isFinite(max) || max < 0) return null;
  return {
    text: `${name}<=${max}`,
    max,
    read(point) {
      const found = figure(point);
      return found === undefined ? null : intervalOf(found);
    },
  };
}
