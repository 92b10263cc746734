import type { Estimate } from './estimate.ts';
import type { PercentileEstimate } from './percentiles.ts';
import type { ShareEstimate } from './shares.ts';

/** A figure with the ends of its 95% interval; null where it has none. */
export interface Interval {
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** A figure of any kind and the ends of its interval. */
export function intervalOf(figure: Estimate | ShareEstimate | PercentileEstimate): Interval {
  const value = 'value' in figure ? figure.value : figure.mean;
  if ('lower' in figure) return { value, lower: figure.lower, upper: figure.upper };
  const { halfWidth } = figure;
  return halfWidth === null ? { value, lower: null, upper: null } : { value, lower: value - halfWidth, upper: value + halfWidth };
}
