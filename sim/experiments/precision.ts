import type { Point } from './point.ts';

/** The half-widths that are precise enough: relative ones, each with an absolute floor. */
export interface Precision {
  readonly rejectionRate: { readonly absolute: number; readonly relative: number };
  readonly sojournP99: { readonly absoluteMs: number; readonly relative: number };
}

/** 503 rate within 0.02 percentage points or 5% of itself, p99 within 1 ms or 1%, whichever is larger. */
export const DEFAULT_PRECISION: Precision = {
  rejectionRate: { absolute: 0.0002, relative: 0.05 },
  sojournP99: { absoluteMs: 1, relative: 0.01 },
};

/** The default with every half-width times a factor: below 1 is finer, above 1 coarser. */
export function scalePrecision(factor: number): Precision {
  const { rejectionRate, sojournP99 } = DEFAULT_PRECISION;
  return {
    rejectionRate: { absolute: rejectionRate.absolute * factor, relative: rejectionRate.relative * factor },
    sojournP99: { absoluteMs: sojournP99.absoluteMs * factor, relative: sojournP99.relative * factor },
  };
}

/** The largest half-width of a point, as a share of what is allowed: 1 or less is precise enough, Infinity where there is no interval yet. */
export function excess({ rejectionRate, sojournMs }: Point, { rejectionRate: rate, sojournP99 }: Precision): number {
  const { mean, lower, upper } = rejectionRate;
  const p99 = sojournMs?.p99;
  return Math.max(
    (lower === null || upper === null ? Infinity : (upper - lower) / 2) / Math.max(rate.absolute, rate.relative * mean),
    p99 === undefined ? 0 : (p99.halfWidth ?? Infinity) / Math.max(sojournP99.absoluteMs, sojournP99.relative * p99.value),
  );
}
