import { mmcWaitMs } from './erlang.ts';
import { requireNonNegative } from './ranges.ts';

/**
 * Mean waiting time of GI/G/c, in ms, approximately: that of M/M/c times (ca² + cs²) / 2. Infinity from a = c on.
 *
 * Exact for M/M/c and M/G/1; elsewhere good in heavy traffic, and rough where waiting is rare or arrivals are very regular.
 *
 * Source: A. O. Allen, Probability, Statistics, and Queueing Theory, 1978 (2nd edition 1990), after J. Cunneen.
 *
 * @param servers c, a whole number from 1
 * @param offeredLoad a = arrival rate × mean service time, in erlangs, from 0
 * @param meanServiceMs E[S], from 0
 * @param arrivalScv ca², the squared coefficient of variation (variance ÷ mean²) of the interarrival time, from 0; 1 for Poisson
 * @param serviceScv cs², that of the service time, from 0; 1 for exponential
 * @throws RangeError if an argument is outside its range
 */
export function allenCunneenWaitMs(
  servers: number,
  offeredLoad: number,
  meanServiceMs: number,
  arrivalScv: number,
  serviceScv: number,
): number {
  requireNonNegative({ arrivalScv, serviceScv });
  const poissonWaitMs = mmcWaitMs(servers, offeredLoad, meanServiceMs);
  return poissonWaitMs === Infinity ? Infinity : (poissonWaitMs * (arrivalScv + serviceScv)) / 2;
}

/**
 * Mean waiting time of GI/G/1, in ms, approximately: ρ / (1 − ρ) · (ca² + cs²) / 2 · E[S]. Infinity from ρ = 1 on.
 *
 * Exact for M/G/1 and, relative to the wait, as ρ approaches 1. It is Allen–Cunneen's with one server, but older.
 *
 * Source: J. F. C. Kingman, The single server queue in heavy traffic, 1961.
 *
 * @param utilisation ρ = arrival rate × mean service time, from 0
 * @param meanServiceMs E[S], from 0
 * @param arrivalScv ca², the squared coefficient of variation (variance ÷ mean²) of the interarrival time, from 0
 * @param serviceScv cs², that of the service time, from 0
 * @throws RangeError if an argument is outside its range
 */
export function kingmanWaitMs(utilisation: number, meanServiceMs: number, arrivalScv: number, serviceScv: number): number {
  requireNonNegative({ utilisation });
  return allenCunneenWaitMs(1, utilisation, meanServiceMs, arrivalScv, serviceScv);
}
