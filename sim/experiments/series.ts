import type { Scenario } from '../../fixtures/schema.ts';
import { asShare, connectionLimit, loopUtilisation, occupancy, rejectedShare, type Span } from '../metrics/flows.ts';

/** A run in time, from its start: one entry for each span. */
export interface Series {
  /** End of each span, ms. */
  readonly untilMs: readonly number[];
  readonly arrivalsPerSecond: readonly number[];
  /** Of the requests that arrived in the span; null where none did. */
  readonly rejectionRate: readonly (number | null)[];
  readonly poolOccupancy: readonly number[];
  readonly databaseUtilisation: readonly number[];
  /** Null where the event loops are left out. */
  readonly eventLoopUtilisation: readonly number[] | null;
  readonly inFlight: readonly number[];
}

export function toSeries(scenario: Scenario, spans: readonly Span[]): Series {
  return {
    untilMs: spans.map(({ untilMs }) => untilMs),
    arrivalsPerSecond: spans.map(({ arrivals, durationMs }) => (1000 * arrivals) / durationMs),
    rejectionRate: spans.map(rejectedShare),
    poolOccupancy: spans.map(occupancy),
    databaseUtilisation: spans.map(({ busyConnectionMs, durationMs }) =>
      asShare(busyConnectionMs / durationMs / connectionLimit(scenario)),
    ),
    eventLoopUtilisation: scenario.pods.eventLoop === null ? null : spans.map((span) => loopUtilisation(span) ?? 0),
    inFlight: spans.map(({ inFlightMs, durationMs }) => inFlightMs / durationMs),
  };
}

const MOST_SPANS = 2000;

/** Length of the spans of a run's time series, ms: what the scenario asks for, or whole seconds, few enough whatever the run's length. */
export function spanMs(seriesMs: Scenario['run']['seriesMs'], runMs: number): number {
  return seriesMs === 'auto' ? 1000 * Math.max(1, Math.ceil(runMs / 1000 / MOST_SPANS)) : seriesMs;
}

const SLIVER = 1e-6; // of a span: what is left of the run by no more than rounding makes none

/** Where the spans of a run's time series begin and end, ms: at the multiples of their length, and the last where the run does. */
export function seriesEdges(seriesMs: number, endMs: number): number[] {
  const spans = Math.max(1, Math.ceil(endMs / seriesMs - SLIVER));
  return [...Array.from({ length: spans }, (_, i) => i * seriesMs), endMs];
}
