import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Scenario } from '../../fixtures/schema.ts';
import { type Flows, occupancy, rejectedShare, type Span } from '../metrics/flows.ts';
import { estimate } from './estimate.ts';

/** How long after the last fault's end the service was itself again, ms, over the replications in which it was. */
export interface Recovery {
  readonly mean: number | null;
  readonly halfWidth: number | null;
  /** In how many replications it was, of how many. */
  readonly recovered: number;
  readonly of: number;
}

const STEADY = 5; // so many spans in a row within the band are no accident
const DEVIATIONS = 3;

const FIGURES = [occupancy, rejectedShare];

/**
 * The time from the end of the last fault until occupancy and 503 rate are back within their bands and stay for five spans: the bands are
 * mean ± 3 standard deviations over the second half of the time before the first fault. Null where they do not come back, or where there
 * are fewer than five spans to take a band from. A span in which nothing arrived has no 503 rate: it is in every band, and makes none.
 */
export function recoveryTime(series: readonly Span[], faults: Scenario['faults']): number | null {
  const beginMs = Math.min(...faults.map(({ atMs }) => atMs));
  const endMs = Math.max(...faults.map(({ atMs, forMs }) => atMs + forMs));
  const spans = series.map((flows, i) => ({ flows, fromMs: series[i - 1]?.untilMs ?? 0, toMs: flows.untilMs }));
  const before = spans.filter(({ fromMs, toMs }) => fromMs >= beginMs / 2 && toMs <= beginMs);
  const known = FIGURES.map((figure) => before.map(({ flows }) => figure(flows)).filter((value) => value !== null));
  if (known.some(({ length }) => length < STEADY)) return null;
  const bands = known.map((values) => {
    const width = DEVIATIONS * sampleStandardDeviation(values);
    return { low: mean(values) - width, high: mean(values) + width };
  });
  const within = (flows: Flows) =>
    FIGURES.every((figure, i) => {
      const value = figure(flows);
      return value === null || (value >= bands[i]!.low && value <= bands[i]!.high);
    });
  const after = spans.filter(({ fromMs }) => fromMs >= endMs);
  const first = after.findIndex((_, i) => i + STEADY <= after.length && after.slice(i, i + STEADY).every(({ flows }) => within(flows)));
  return first === -1 ? null : after[first]!.fromMs - endMs;
}

/** The recovery times of replications, taken together; null where the scenario has no faults. */
export function summariseRecovery(
  faults: Scenario['faults'],
  runs: readonly { readonly series: readonly Span[] | null }[],
): Recovery | null {
  if (faults.length === 0) return null;
  const known = runs.map(({ series }) => recoveryTime(series ?? [], faults)).filter((ms) => ms !== null);
  const { mean, halfWidth } = known.length === 0 ? { mean: null, halfWidth: null } : estimate(known);
  return { mean, halfWidth, recovered: known.length, of: runs.length };
}
