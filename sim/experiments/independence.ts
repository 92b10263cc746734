import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Scenario } from '../../fixtures/schema.ts';
import { addFlows } from '../metrics/flows.ts';
import { addTimes } from '../metrics/times.ts';
import { studentQuantile } from '../theory/student.ts';
import { estimate } from './estimate.ts';
import { type Memory, memoryOf } from './memory.ts';
import type { Measurement } from './simulate.ts';
import { isTransient, type Warmup } from './warmup.ts';

/** What intervals are made from: parts of what was measured that are as good as independent. */
export interface Parts {
  /** One alone where there are no parts, hence no intervals. */
  readonly measurements: readonly Measurement[];
  /** By what half-widths are multiplied for what parts still have in common, and for figures that are skewed. */
  readonly widening: number;
  /** How many correlation times of the queue were measured; Infinity without a queue. */
  readonly queueTimes: number;
  /** Why there are no intervals, or fewer parts than usual; null where there is nothing to say. */
  readonly note: string | null;
}

/** Into how many pieces the measurement interval of a single run is cut; batches are made of them. */
export const PIECES = 60;
const BATCHES = [20, 15, 12, 10, 6, 5, 4, 3, 2]; // Law, "Simulation Modeling and Analysis", ch. 9: few and long, 10 to 30 if that can be
const TESTABLE = 10; // batches of which a correlation says anything
const NEIGHBOURS = 1 / 4; // the most that two of them may have in common
const QUEUE_BATCH = 10; // correlation times of the queue in a batch,
const QUEUE_RUN = 50; // and in all that was measured
/**
 * A mean queue is skewed, since few large values decide it, and an interval of Student's t misses it the more often the fewer correlation
 * times m were seen: by a share that falls as 1 / m (P. Hall, "Theoretical comparison of bootstrap confidence intervals", Annals of Statistics
 * 16, 1988). Half-widths longer by 30 / m make it good in M/G/1 and M/M/50 from m = 50 on.
 */
const QUEUE_SKEWNESS = 30;
const COLD = 1 / 4; // of the half-width: how much an empty start may still be felt
const DRIFT = 1e-4; // how often replications that are steady may look as if they were not

/** What was measured of each run, and how. */
export interface Measured {
  readonly ratePerSecond: number;
  readonly warmup: Warmup;
  readonly runs: readonly (readonly Measurement[])[];
}

/** The independent parts of what was measured: replications, or batches of a single run. */
export function independentParts(scenario: Scenario, { ratePerSecond, warmup, runs }: Measured): Parts {
  const none = (note: string): Parts => ({ measurements: [join(runs.flat())], widening: 1, queueTimes: Infinity, note });
  const replications = (): Parts => ({ measurements: runs.map(join), widening: 1, queueTimes: Infinity, note: null });
  if (runs.flat().every(({ flows }) => flows.arrivals === 0)) return none('nothing arrived');
  if (isTransient(scenario)) return runs.length > 1 ? replications() : none('the scenario changes as it runs');

  const memory = memoryOf(scenario, ratePerSecond);
  const measureMs = durationMs(runs.flat());
  const queueTimes = measureMs / memory.queueMs; // Infinity without a queue
  if (memory.fillMs > warmup.ms) return none('more comes than is served, and the queue grows');
  if (queueTimes < QUEUE_RUN) return none(`too short, as the queue remembers ${seconds(memory.queueMs)}`);
  const parts = runs.length > 1 ? replications() : batches(runs[0]!, measureMs, memory);
  if (typeof parts === 'string') return none(parts);

  const average = estimate(parts.measurements.map((part) => inFlight([part])));
  const shortfall = average.mean * memory.shortfall(warmup.ms, measureMs / runs.length);
  if (shortfall > COLD * average.halfWidth!) return none('the warm-up is too short, as the service was empty before it');
  if (runs.length > 1 && isDrifting(runs)) return none('requests in flight grew or fell all the time');
  return { ...parts, widening: parts.widening * (1 + QUEUE_SKEWNESS / queueTimes), queueTimes };
}

/**
 * Batches of one run: at most 20, and fewer until neighbours have little in common, by what is known of the scenario and by von Neumann's
 * test of their requests in flight (G. S. Fishman, "Grouping observations in digital simulation", Management Science 24, 1978); or why there
 * are none.
 */
function batches(pieces: readonly Measurement[], measureMs: number, memory: Memory): Parts | string {
  // Of a queue that is remembered exponentially, neighbours have half a correlation time in common.
  const inCommon = (count: number) => Math.max(memory.ofNeighbours(measureMs / count), (count * memory.queueMs) / (2 * measureMs));
  const possible = BATCHES.filter(
    (count) => count <= pieces.length && measureMs >= count * QUEUE_BATCH * memory.queueMs && inCommon(count) <= NEIGHBOURS,
  );
  if (pieces.length === 1) return 'one replication, measured in one piece';
  const [most] = possible;
  const held = `requests can hold workers for ${seconds(memory.longestMs)}`;
  if (most === undefined) return `too short, as ${held}`;
  const count = most < TESTABLE ? most : possible.find((count) => count >= TESTABLE && !isCorrelated(grouped(pieces, count).map(inFlight)));
  if (count === undefined) return 'requests in flight are correlated throughout';

  // The variance of the mean of n parts that have r in common with each neighbour, ÷ what the deviations of the parts say of it.
  const r = inCommon(count);
  const excess = (1 + (2 * r * (count - 1)) / count) / (1 - (2 * r) / count);
  const note = most < BATCHES[0]! ? held : count < most ? 'requests in flight are correlated' : null;
  return { measurements: grouped(pieces, count).map(join), widening: Math.sqrt(excess), queueTimes: Infinity, note };
}

function grouped(pieces: readonly Measurement[], count: number): (readonly Measurement[])[] {
  const at = (i: number) => Math.round((i * pieces.length) / count);
  return Array.from({ length: count }, (_, i) => pieces.slice(at(i), at(i + 1)));
}

function join(pieces: readonly Measurement[]): Measurement {
  if (pieces.length === 1) return pieces[0]!;
  return { flows: addFlows(pieces.map(({ flows }) => flows)), times: addTimes(pieces.map(({ times }) => times)) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const durationMs = (pieces: readonly Measurement[]) => sum(pieces.map(({ flows }) => flows.durationMs));
const inFlight = (pieces: readonly Measurement[]) => sum(pieces.map(({ flows }) => flows.inFlightMs)) / durationMs(pieces);

/** Whether neighbours are alike more than one such sequence in ten is that has no correlation. */
function isCorrelated(values: readonly number[]): boolean {
  const middle = mean([...values]);
  const from = values.map((value) => value - middle);
  const squares = sum(from.map((value) => value * value));
  const products = sum(from.slice(1).map((value, i) => value * from[i]!));
  return products > (1.28 / Math.sqrt(values.length)) * squares;
}

/** Whether replications agree that there are more requests, or fewer, in flight at the end than at the beginning. */
function isDrifting(runs: readonly (readonly Measurement[])[]): boolean {
  const changes = runs.map((pieces) => sum(pieces.map(({ flows }) => flows.arrivals - sum(flows.departures))));
  const error = sampleStandardDeviation(changes) / Math.sqrt(changes.length);
  return Math.abs(mean(changes)) > studentQuantile(1 - DRIFT / 2, changes.length - 1) * error;
}

const seconds = (ms: number) => `${Number((ms / 1000).toPrecision(2))} s`;
