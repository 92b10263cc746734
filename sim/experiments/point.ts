import type { Scenario } from '../../fixtures/schema.ts';
import { addFlows, asShare, connectionLimit, type Flows, loopUtilisation, occupancy } from '../metrics/flows.ts';
import { type Histogram, histogramMean, mergeHistograms, percentile } from '../metrics/histogram.ts';
import type { Rows } from '../metrics/rows.ts';
import { IS_SERVED, OUTCOMES, type Outcome, STATEMENTS, type Statement } from '../stations/requests.ts';
import { clumpOf } from './clump.ts';
import { type Estimate, estimate, halfWidth } from './estimate.ts';
import { independentParts } from './independence.ts';
import { estimatePercentile, type PercentileEstimate } from './percentiles.ts';
import type { Recovery } from './recovery.ts';
import { estimateShare, type ShareEstimate } from './shares.ts';
import type { Measurement } from './simulate.ts';
import type { Warmup } from './warmup.ts';

export interface TimeEstimate {
  readonly mean: Estimate;
  readonly p50: PercentileEstimate;
  readonly p95: PercentileEstimate;
  readonly p99: PercentileEstimate;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What one rate of requests does to the service. Definitions of the figures are in ARCHITECTURE.md ("Words"). */
export interface Point {
  readonly ratePerSecond: number;
  readonly replications: number;
  readonly warmupMs: number;
  readonly warmupRule: Warmup['rule'];
  readonly measureMs: number;
  /** From how many independent parts the intervals are, replications or batches of one run, and why there are few of them or, from one, no intervals. */
  readonly intervals: { readonly parts: number; readonly note: string | null };
  readonly arrivals: number;
  readonly rejectionRate: ShareEstimate;
  readonly throughputPerSecond: Estimate;
  readonly goodputPerSecond: Estimate;
  readonly poolOccupancy: Estimate;
  readonly poolUtilisation: Estimate;
  readonly poolFullShare: ShareEstimate;
  readonly poolOccupancyByPod: readonly number[];
  /** What workers were held for, as shares of the time that they were; the rest is waits for event loops. Null if none was busy. */
  readonly workerTime: Readonly<Record<Statement | 'smtp', number>> | null;
  readonly databaseUtilisation: Estimate;
  readonly databaseQueriesPerSecond: Estimate;
  readonly inFlight: Estimate;
  /** These five are null where the event loops are left out. */
  readonly eventLoopUtilisation: Estimate | null;
  readonly eventLoopUtilisationByPod: readonly number[] | null;
  readonly eventLoopDelayMs: TimeEstimate | null;
  readonly eventLoopDelayMsByPod: readonly Percentiles[] | null;
  readonly loopWaitMs: TimeEstimate | null;
  readonly sojournMs: TimeEstimate | null;
  readonly waitingMs: TimeEstimate | null;
  readonly statusMs: TimeEstimate | null;
  readonly smtpMs: TimeEstimate | null;
  readonly databaseMs: Readonly<Record<Statement, TimeEstimate | null>>;
  readonly isps: readonly {
    readonly name: string;
    readonly sojournMs: TimeEstimate | null;
    readonly waitingMs: TimeEstimate | null;
    readonly smtpMs: TimeEstimate | null;
  }[];
  readonly outcomes: Readonly<Record<Outcome | 'inFlight', number>>;
  readonly rows: Rows;
  readonly recoveryMs: Recovery | null;
  /** Whether the precision asked for was reached. */
  readonly precise: boolean;
}

/** What a point is made of: what was measured of each run, whole or in pieces, one after another. */
export interface Sample {
  readonly ratePerSecond: number;
  readonly warmup: Warmup;
  readonly measureMs: number;
  readonly runs: readonly (readonly Measurement[])[];
  readonly rows: readonly Rows[];
  readonly recovery: Recovery | null;
  readonly precise: boolean;
}

/** Turns measurements into figures with intervals. */
export function summarise(scenario: Scenario, sample: Sample): Point {
  const parts = independentParts(scenario, sample);
  const { measurements, widening, note } = parts;
  const flows = measurements.map((measurement) => measurement.flows);
  const total = addFlows(flows);
  const mean = (figure: (flows: Flows) => number) => estimate(flows.map(figure), widening);
  const clump = clumpOf(scenario, sample.ratePerSecond);
  const share = (counted: (flows: Flows) => number, of: (flows: Flows) => number) =>
    estimateShare(
      flows.map((span) => ({ counted: counted(span), of: of(span) })),
      total.arrivals,
      clump,
      widening,
    );
  const perSecond = (count: (flows: Flows) => number) => mean((span) => (1000 * count(span)) / span.durationMs);
  const { count, workers } = scenario.pods;
  const connections = connectionLimit(scenario);
  const times = (pick: (measurement: Measurement) => readonly Histogram[], queueTimes = Infinity) =>
    timeEstimate(
      measurements.map((m) => mergeHistograms(pick(m))),
      { widening, queueTimes },
    );
  const sojournQueueTimes = isMostlyWaiting(measurements) ? parts.queueTimes : Infinity;

  return {
    ratePerSecond: sample.ratePerSecond,
    replications: sample.runs.length,
    warmupMs: sample.warmup.ms,
    warmupRule: sample.warmup.rule,
    measureMs: sample.measureMs,
    intervals: { parts: measurements.length, note },
    arrivals: total.arrivals,
    rejectionRate: share(
      (span) => span.outcomes[REJECTED]!,
      (span) => span.arrivals,
    ),
    throughputPerSecond: perSecond((span) => sum(span.departures.filter((_, i) => IS_SERVED[i] === 1))),
    goodputPerSecond: perSecond((span) => span.accepted),
    poolOccupancy: mean(occupancy),
    poolUtilisation: mean((span) => asShare(occupancy(span) / (count * workers))),
    poolFullShare: share(
      (span) => sum(span.poolFullMs),
      (span) => count * span.durationMs,
    ),
    poolOccupancyByPod: total.busyWorkerMs.map((ms) => ms / total.durationMs),
    workerTime: workerTime(total, measurements),
    databaseUtilisation: mean((span) => asShare(span.busyConnectionMs / span.durationMs / connections)),
    databaseQueriesPerSecond: perSecond((span) => span.queries),
    inFlight: mean((span) => span.inFlightMs / span.durationMs),
    ...loopFigures(total, measurements, widening),
    sojournMs: times((m) => m.times.sojourn, sojournQueueTimes),
    waitingMs: times((m) => m.times.waiting, parts.queueTimes),
    statusMs: times((m) => [m.times.status], sojournQueueTimes),
    smtpMs: times((m) => m.times.smtp),
    databaseMs: record(STATEMENTS, (_, i) => times((m) => [m.times.database[i]!])),
    isps: scenario.smtp.isps.map(({ name }, i) => ({
      name,
      sojournMs: times((m) => [m.times.sojourn[i]!], sojournQueueTimes),
      waitingMs: times((m) => [m.times.waiting[i]!], parts.queueTimes),
      smtpMs: times((m) => [m.times.smtp[i]!]),
    })),
    outcomes: { ...record(OUTCOMES, (_, i) => total.outcomes[i]!), inFlight: total.arrivals - sum(total.outcomes) },
    rows: {
      pending: sum(sample.rows.map((rows) => rows.pending)),
      sent: sum(sample.rows.map((rows) => rows.sent)),
      failed: sum(sample.rows.map((rows) => rows.failed)),
    },
    recoveryMs: sample.recovery,
    precise: sample.precise,
  };
}

/** Whether sends spend most of their time in queues, so that a queue's excursions make their longest times. */
function isMostlyWaiting(measurements: readonly Measurement[]): boolean {
  const total = (pick: (times: Measurement['times']) => readonly Histogram[]) =>
    sum(measurements.flatMap(({ times }) => pick(times).map((histogram) => histogram.sum)));
  return total((times) => times.waiting) > total((times) => times.sojourn) / 2;
}

/** Statements count as they end, with their waits for connections; what a crash cut short is left out. */
function workerTime({ busyWorkerMs, deliveringMs }: Flows, measurements: readonly Measurement[]): Point['workerTime'] {
  const heldMs = sum(busyWorkerMs);
  if (heldMs === 0) return null;
  const statement = (i: number) => asShare(sum(measurements.map(({ times }) => times.database[i]!.sum)) / heldMs);
  return { ...record(STATEMENTS, (_, i) => statement(i)), smtp: asShare(deliveringMs / heldMs) };
}

type LoopFigures = Pick<Point, Extract<keyof Point, `eventLoop${string}`> | 'loopWaitMs'>;

function loopFigures({ activeLoopMs, durationMs }: Flows, measurements: readonly Measurement[], widening: number): LoopFigures {
  const shares = measurements.map(({ flows }) => loopUtilisation(flows)).filter((share) => share !== null);
  const delays = activeLoopMs.map((_, pod) => mergeHistograms(measurements.flatMap(({ times }) => times.loopDelay[pod] ?? [])));
  const wereSeen = delays.length > 0 && delays.every(({ counts }) => counts.length > 0);
  return {
    eventLoopUtilisation: shares.length === 0 ? null : estimate(shares, widening),
    eventLoopUtilisationByPod: shares.length === 0 ? null : activeLoopMs.map((ms) => asShare(ms / durationMs)),
    eventLoopDelayMs: timeEstimate(
      measurements.map(({ times }) => mergeHistograms(times.loopDelay)),
      { widening },
    ),
    eventLoopDelayMsByPod: wereSeen ? delays.map(percentiles) : null,
    loopWaitMs:
      shares.length === 0
        ? null
        : timeEstimate(
            measurements.map(({ times }) => times.loopWait),
            { widening },
          ),
  };
}

function percentiles(histogram: Histogram): Percentiles {
  return { p50: percentile(histogram, 0.5), p95: percentile(histogram, 0.95), p99: percentile(histogram, 0.99) };
}

const REJECTED = OUTCOMES.indexOf('rejected');

/** Mean and percentiles of the merged histogram, with intervals from the independent ones; null where nothing was recorded. */
function timeEstimate(
  histograms: readonly Histogram[],
  { widening, queueTimes = Infinity }: { readonly widening: number; readonly queueTimes?: number },
): TimeEstimate | null {
  const merged = mergeHistograms(histograms);
  if (merged.counts.length === 0) return null;
  const filled = histograms.filter(({ counts }) => counts.length > 0);
  const at = (p: number) => estimatePercentile(merged, filled, p, widening, queueTimes);
  return {
    mean: { mean: histogramMean(merged), halfWidth: halfWidth(filled.map(histogramMean), widening) },
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}

function record<Key extends string, Value>(keys: readonly Key[], value: (key: Key, i: number) => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key, i) => [key, value(key, i)])) as Record<Key, Value>;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
