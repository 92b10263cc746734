import type { Scenario } from '../../fixtures/schema.ts';
import { type Flows, occupancy } from '../metrics/flows.ts';

/** What is left out at the start of a run, and why so much. */
export interface Warmup {
  readonly ms: number;
  /** 'MSER-5 at its bound': it cut as much as it may, so that more would perhaps be right. */
  readonly rule: 'given' | 'floor' | 'MSER-5' | 'MSER-5 at its bound' | 'transient';
}

const BATCH = 5;

/**
 * MSER-5 (White, Cobb & Spratt 2000; judged the best to automate by Hoad & Robinson 2011): how many observations to leave out, so that the
 * standard error of the rest, in batches of five, is least. Only cuts within the first half are looked at: of fewer batches the score says
 * little.
 */
export function mser5(observations: readonly number[]): number {
  const batches = Array.from({ length: Math.floor(observations.length / BATCH) }, (_, i) => {
    const batch = observations.slice(i * BATCH, (i + 1) * BATCH);
    return batch.reduce((total, value) => total + value, 0) / BATCH;
  });
  let best = 0;
  let least = Infinity;
  let total = 0;
  let squares = 0;
  // From the end towards the start, so that every cut's sums come from the one before. Values are taken about the last, near their mean.
  const origin = batches.at(-1) ?? 0;
  for (let cut = batches.length - 1; cut >= 0; cut--) {
    const value = batches[cut]! - origin;
    total += value;
    squares += value * value;
    const left = batches.length - cut;
    if (cut > batches.length / 2) continue;
    const score = (squares - (total * total) / left) / (left * left);
    if (score <= least) {
      least = score;
      best = cut;
    }
  }
  return best * BATCH;
}

/** The most that MSER-5 leaves out of so many observations. */
function mser5Bound(observations: number): number {
  return Math.floor(Math.floor(observations / BATCH) / 2) * BATCH;
}

/** Whether the scenario changes while it runs: then it is looked at whole, and nothing is left out. */
export function isTransient({ arrivals, faults }: Scenario): boolean {
  return faults.length > 0 || arrivals.rateSteps.length > 0;
}

/** The longest that one request can hold a worker when it waits for no connection, rounded up to a second, ms. */
export function warmupFloor({ balancer, database, smtp }: Scenario): number {
  const longest = balancer.latencyMs + database.insertMs + smtp.timeoutMs + database.updateMs;
  return Math.ceil(longest / 1000) * 1000;
}

/** The warm-up that the scenario itself decides; null where it leaves it to the tool. */
export function statedWarmup(scenario: Scenario): Warmup | null {
  const { warmup } = scenario.run;
  if (isTransient(scenario)) return { ms: 0, rule: 'transient' };
  return warmup === 'auto' ? null : { ms: warmup, rule: 'given' };
}

const PILOT_FLOORS = 4;
const OBSERVATION_MS = 1000;

/** How long a pilot run is, ms. */
export function pilotLengthMs(scenario: Scenario): number {
  const floor = warmupFloor(scenario);
  return floor + Math.min(scenario.run.measureMs, PILOT_FLOORS * floor);
}

/**
 * The warm-up of a scenario. Where it is left to the tool, a pilot run from an empty service, as long as the floor and the measurement
 * interval (at most four floors of it), gives its occupancy second by second, and MSER-5 says what to leave out, at least the floor.
 *
 * @param pilot makes a run of some length and gives its spans of some length, ms; null where it was stopped
 */
export async function settleWarmup(
  scenario: Scenario,
  pilot: (pilotMs: number, stepMs: number) => Promise<readonly Flows[] | null>,
): Promise<Warmup | null> {
  const stated = statedWarmup(scenario);
  if (stated !== null) return stated;
  const floor = warmupFloor(scenario);
  const spans = await pilot(pilotLengthMs(scenario), OBSERVATION_MS);
  if (spans === null) return null;
  const cut = mser5(spans.map(occupancy));
  const ms = cut * OBSERVATION_MS;
  if (ms <= floor) return { ms: floor, rule: 'floor' };
  return { ms, rule: cut === mser5Bound(spans.length) ? 'MSER-5 at its bound' : 'MSER-5' };
}
