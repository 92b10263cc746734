import { requireNonNegative, requireWhole } from './ranges.ts';

/** The steady state of M/M/c/K. */
export interface MmckState {
  /** The probability that an arrival finds all K places taken and is rejected. */
  readonly blocking: number;
  /** Mean number of busy servers, the load carried, in erlangs: a(1 − blocking). */
  readonly meanBusy: number;
  /** Lq, the mean number waiting. */
  readonly meanInQueue: number;
  /** L, the mean number in the system: waiting and in service. */
  readonly meanInSystem: number;
}

/**
 * The steady state of M/M/c/K: Poisson arrivals, exponential service times, c servers, K places in all. K = c is Erlang's loss system.
 *
 * Source: the birth-and-death equations a·p(n−1) = min(n, c)·p(n) (D. Gross and C. M. Harris, Fundamentals of Queueing Theory).
 * They are solved for K = 0, 1, 2 … in turn: one more place takes the share p(K) of the time, and leaves the odds among the states
 * below as they were. Every step is a weighted mean, so nothing overflows and nothing cancels.
 *
 * @param servers c, a whole number from 1
 * @param capacity K, places in service and in the queue together, a whole number from c; the time taken is proportional to it
 * @param offeredLoad a = arrival rate × mean service time, in erlangs, from 0; it may exceed c
 * @throws RangeError if an argument is outside its range
 */
export function mmck(servers: number, capacity: number, offeredLoad: number): MmckState {
  requireWhole(1, { servers });
  requireWhole(servers, { capacity });
  requireNonNegative({ offeredLoad });
  let blocking = 1;
  let meanBusy = 0;
  let meanInQueue = 0;
  for (let places = 1; places <= capacity; places++) {
    const busy = Math.min(places, servers);
    blocking /= busy / offeredLoad + blocking;
    meanBusy += blocking * (busy - meanBusy);
    meanInQueue += blocking * (places - busy - meanInQueue);
  }
  return { blocking, meanBusy, meanInQueue, meanInSystem: meanBusy + meanInQueue };
}

/**
 * Mean waiting time, in ms, of the arrivals that M/M/c/K accepts, those that do not wait included.
 *
 * Source: Little's law for queue and servers together: arrivals are accepted at the rate meanBusy / E[S].
 *
 * @param servers c, a whole number from 1
 * @param capacity K, places in service and in the queue together, a whole number from c
 * @param offeredLoad a = arrival rate × mean service time, in erlangs, from 0; it may exceed c
 * @param meanServiceMs E[S], from 0
 * @throws RangeError if an argument is outside its range
 */
export function mmckWaitMs(servers: number, capacity: number, offeredLoad: number, meanServiceMs: number): number {
  requireNonNegative({ meanServiceMs });
  const { meanBusy, meanInQueue } = mmck(servers, capacity, offeredLoad);
  return meanBusy === 0 ? 0 : (meanInQueue / meanBusy) * meanServiceMs;
}
