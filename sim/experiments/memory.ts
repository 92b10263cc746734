import type { Scenario } from '../../fixtures/schema.ts';
import { heldUpToMs } from './bottleneck.ts';

/**
 * For how long a service remembers: what is busy now says something of what is busy later. Intervals have to reckon with it, because parts of
 * a run that are shorter are not independent, and so does a warm-up, because it is how long an empty start is felt. All of it follows from
 * the scenario and the rate, so it is the same for every seed.
 */
export interface Memory {
  /** Mean time that a request holds its worker, ms. */
  readonly holdingMs: number;
  /** Squared coefficient of variation of that time. */
  readonly variability: number;
  /** The longest that a request can hold its worker, ms. */
  readonly longestMs: number;
  /** The share of the workers busy now that the same requests still hold so much later: the autocorrelation of busy workers. */
  stillHeld(ms: number): number;
  /** The correlation of the mean occupancies of neighbouring parts of a run, each of so many ms. */
  ofNeighbours(ms: number): number;
  /** How much lower than in the long run the mean occupancy is, as a share of it, over an interval that begins so long after an empty start. */
  shortfall(warmupMs: number, measureMs: number): number;
  /** The correlation time of a pod's queue, ms: the integral of its autocorrelation over past and future. 0 where there is no queue. */
  readonly queueMs: number;
  /** How long it takes to fill the queue where more comes than is served, ms; 0 where less does. */
  readonly fillMs: number;
}

const POINTS = 400;
const FIRST = 1e-3; // of the mean holding time: the first instant that is looked at

/** The memory of a scenario at some requests per second. */
export function memoryOf(scenario: Scenario, ratePerSecond: number): Memory {
  const { database, smtp } = scenario;
  const holdingMs = heldUpToMs(scenario, Infinity);
  const longestMs = Math.max(database.insertMs + smtp.timeoutMs + database.updateMs, database.selectMs);
  const stillHeld = (ms: number) => (holdingMs === 0 ? 0 : Math.max(0, 1 - heldUpToMs(scenario, ms) / holdingMs));

  // Instants at equal ratios, and the share still held, times the length of time that each stands for.
  const firstMs = FIRST * holdingMs;
  const ratio = (longestMs / firstMs) ** (1 / POINTS);
  const instants = holdingMs === 0 ? [] : Array.from({ length: POINTS }, (_, i) => firstMs * ratio ** (i + 0.5));
  const weights = instants.map((ms) => stillHeld(ms) * ms * (Math.sqrt(ratio) - 1 / Math.sqrt(ratio)));
  const integral = (f: (ms: number) => number) =>
    firstMs * f(firstMs / 2) + instants.reduce((total, ms, i) => total + f(ms) * weights[i]!, 0);

  /** Half the variance of what is held over so long a time, in units that cancel. */
  const spread = (ms: number) => integral((lag) => Math.max(0, ms - lag));
  const residualMs = integral(() => 1); // E[S²] / 2E[S]
  const variability = holdingMs === 0 ? 0 : (2 * residualMs) / holdingMs - 1;
  const queue = queueMemory(scenario, ratePerSecond / 1000, holdingMs, variability);

  return {
    holdingMs,
    variability,
    longestMs,
    stillHeld,
    ...queue,
    ofNeighbours: (ms) => (holdingMs === 0 ? 0 : spread(2 * ms) / (2 * spread(ms)) - 1),
    shortfall(warmupMs, measureMs) {
      const ofWorkers = integral((ms) => (ms > warmupMs && ms < warmupMs + measureMs ? 1 : 0));
      // A queue whose load is below 1 comes within a share e^(−t / queueMs) of its mean; one with more fills at a constant speed.
      const ofQueue =
        queue.fillMs > 0
          ? Math.max(0, queue.fillMs - warmupMs) ** 2 / (2 * queue.fillMs)
          : (queue.queueMs / 4) * Math.exp(-warmupMs / Math.max(queue.queueMs, Number.MIN_VALUE));
      return Math.max(ofWorkers, ofQueue) / measureMs;
    },
  };
}

/**
 * The memory of a pod's queue: what is in it moves like a Brownian motion that is reflected where it is empty, with the drift and variance of
 * arrivals less departures (J. Abate & W. Whitt, "Transient behavior of regulated Brownian motion", Advances in Applied Probability 19,
 * 1987: the integral of its autocorrelation is 2σ² / μ² to each side together), and where it is full as well, which forgets faster:
 * 4K² / π²σ² without drift.
 *
 * @param variability squared coefficient of variation of holding times
 */
function queueMemory(
  { pods: { count, workers, queueCapacity } }: Scenario,
  perMs: number,
  holdingMs: number,
  variability: number,
): Pick<Memory, 'queueMs' | 'fillMs'> {
  if (queueCapacity === 0 || holdingMs === 0) return { queueMs: 0, fillMs: 0 };
  const arrivals = perMs / count;
  const drift = arrivals - workers / holdingMs;
  const variance = arrivals * (1 + variability);
  const places = workers + queueCapacity;
  return {
    queueMs: Math.min((2 * variance) / drift ** 2, (4 * places ** 2) / (Math.PI ** 2 * variance)),
    fillMs: drift > 0 ? places / drift : 0,
  };
}
