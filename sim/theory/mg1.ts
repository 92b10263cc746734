import { requireNonNegative } from './ranges.ts';

/**
 * Mean waiting time of M/G/1, in ms: W = λE[S²] / (2(1 − ρ)). Infinity from ρ = 1 on.
 *
 * Source: F. Pollaczek, 1930, and A. Khinchine, 1932.
 *
 * @param ratePerSecond λ, the arrival rate, from 0
 * @param meanServiceMs E[S], from 0
 * @param varianceServiceMs2 the variance of the service time, in ms², from 0
 * @throws RangeError if an argument is outside its range
 */
export function mg1WaitMs(ratePerSecond: number, meanServiceMs: number, varianceServiceMs2: number): number {
  requireNonNegative({ ratePerSecond, meanServiceMs, varianceServiceMs2 });
  const ratePerMs = ratePerSecond / 1000;
  const utilisation = ratePerMs * meanServiceMs;
  if (utilisation >= 1) return Infinity;
  return (ratePerMs * (varianceServiceMs2 + meanServiceMs ** 2)) / (2 * (1 - utilisation));
}

/**
 * Mean waiting time of M/D/1, in ms: M/G/1 with a constant service time, half the wait of M/M/1. Infinity from ρ = 1 on.
 *
 * @param ratePerSecond λ, the arrival rate, from 0
 * @param serviceMs the service time, from 0
 * @throws RangeError if an argument is outside its range
 */
export function md1WaitMs(ratePerSecond: number, serviceMs: number): number {
  return mg1WaitMs(ratePerSecond, serviceMs, 0);
}
