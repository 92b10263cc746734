import type { Distribution } from '../engine/distributions.ts';
import { requirePositive } from './ranges.ts';
import { meanUpTo } from './truncated-mean.ts';

const STEPS = 4000;

/**
 * E[min(S, cap)²] in ms²: the second moment of a duration that is cut off at `capMs`, within about a thousandth of itself.
 *
 * Source: with M(t) = E[min(S, t)], whose derivative is P(S > t), integration by parts of E[min(S, T)²] = ∫₀ᵀ 2t P(S > t) dt gives
 * 2(T·M(T) − ∫₀ᵀ M(t) dt). The integral is taken numerically, by midpoints at t = T·x⁴: most durations are far below their cap.
 *
 * @param distribution that of S; every duration in it from 0
 * @param capMs above 0, finite
 * @throws RangeError if the cap or a parameter of the distribution is outside its range
 */
export function secondMomentUpTo(distribution: Distribution, capMs: number): number {
  requirePositive({ capMs });
  let integral = 0;
  for (let i = 0; i < STEPS; i++) {
    const x = (i + 0.5) / STEPS;
    integral += (meanUpTo(distribution, capMs * x ** 4) * 4 * capMs * x ** 3) / STEPS;
  }
  return 2 * (capMs * meanUpTo(distribution, capMs) - integral);
}
