import type { Scenario } from '../../fixtures/schema.ts';
import { type Crossing, findCrossing, type Reading } from './knee.ts';
import type { Limit } from './limit.ts';
import type { Point } from './point.ts';
import { type Effort, LEAST_REPLICATIONS, type Progress, replicate } from './replicate.ts';
import type { Runner } from './runner.ts';

export interface Plan {
  readonly seed: number;
  /** Requests per second, ascending. */
  readonly rates: readonly number[];
  readonly effort: Effort;
  readonly limit: Limit;
}

export interface Sweep {
  readonly points: readonly Point[];
  readonly knee: Crossing | null;
  /** False where it was stopped before its end. */
  readonly complete: boolean;
}

export interface SweepEvents {
  readonly progress?: Progress;
  /** Told of each point as it comes; of one that is not settled there is more to come. */
  readonly point?: (point: Point, settled: boolean) => void;
}

export interface SweepSharing {
  /** Points made, or being made, by sweeps of the same scenario and seed with the same effort; those that are made here are added. */
  readonly measured?: Map<number, Promise<Point | null>>;
  /** Ends the sweep once its points are there: another one will look for the knee. */
  readonly signal?: AbortSignal;
  /** The rate that is made first, or the one nearest to it; the scenario's own where it is left out. */
  readonly first?: number;
}

const KNEE_REPLICATIONS = 10;
const KNEE_RATES = 13; // three bisections from the default steps to a thousandth, some rates shared
const PILOT_RUNS = 1;

/** How many runs a sweep is likely to take in all, of which some are planned: precision asks for more as results come. */
export function likelyRuns({ rates, effort }: Plan, planned: number): number {
  const runsARate = PILOT_RUNS + ('replications' in effort ? effort.replications : LEAST_REPLICATIONS);
  return Math.max(planned, rates.length * runsARate + KNEE_RATES * KNEE_REPLICATIONS);
}

/**
 * Runs the scenario over many rates under common random numbers: replication i draws the same at every rate, so that differences between
 * rates are not the draws'. Then finds the rate at which the limit is crossed. Ends early, with what is there, where the runner is stopped.
 */
export async function sweep(
  runner: Runner,
  scenario: Scenario,
  { seed, rates, effort, limit }: Plan,
  { progress, point: tell }: SweepEvents = {},
  { measured = new Map(), signal, first = scenario.arrivals.ratePerSecond }: SweepSharing = {},
): Promise<Sweep> {
  const places = placesFrom(nearestRate(rates, first), bisectingPlaces(rates.length));
  const made = await Promise.all(
    rates.map(async (ratePerSecond, i) => {
      const replications = { seed, ratePerSecond, effort, turn: { place: places[i]!, of: rates.length } };
      const coarse = tell && ((point: Point) => tell(point, false));
      const making = measured.get(ratePerSecond) ?? replicate(runner, scenario, replications, progress, coarse);
      measured.set(ratePerSecond, making);
      const point = await making;
      if (point !== null) tell?.(point, !runner.stopped());
      return point;
    }),
  );
  const points = made.filter((point) => point !== null);
  const isOver = () => runner.stopped() || signal?.aborted === true;
  if (isOver()) return { points, knee: null, complete: false };

  const read = (point: Point): Reading[] => {
    const reading = limit.read(point);
    return reading === null ? [] : [{ ratePerSecond: point.ratePerSecond, ...reading }];
  };
  const longestWarmup = Math.max(0, ...points.map(({ warmupMs }) => warmupMs));
  const settled: Scenario = { ...scenario, run: { ...scenario.run, warmup: longestWarmup } };
  const knee = await findCrossing(limit.max, points.flatMap(read), async (ratePerSecond) => {
    const replications = { seed, ratePerSecond, effort: { replications: KNEE_REPLICATIONS }, ...(signal && { signal }) };
    const point = isOver() ? null : await replicate(runner, settled, replications, progress);
    return point === null ? null : (read(point)[0] ?? null);
  });
  return isOver() ? { points, knee: null, complete: false } : { points, knee, complete: true };
}

/** Which of some rates is nearest to another; the lower one of two that are as near. */
export function nearestRate(rates: readonly number[], ratePerSecond: number): number {
  const distances = rates.map((rate) => Math.abs(rate - ratePerSecond));
  return distances.indexOf(Math.min(...distances));
}

/** The same order, but one of the rates comes first. */
function placesFrom(first: number, places: readonly number[]): number[] {
  return places.map((place, i) => (i === first ? 0 : place < places[first]! ? place + 1 : place));
}

/** The place of each of some rates in an order in which the ends come first, then the middle, then the middles of the halves, and so on. */
export function bisectingPlaces(count: number): number[] {
  const places = new Array<number>(count).fill(0);
  const order = count < 2 ? [] : [count - 1];
  const spans: [number, number][] = [[0, count - 1]];
  for (const [from, to] of spans) {
    const middle = Math.floor((from + to) / 2);
    if (middle === from) continue;
    order.push(middle);
    spans.push([from, middle], [middle, to]);
  }
  for (const [i, index] of order.entries()) places[index] = i + 1;
  return places;
}
