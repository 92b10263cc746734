import type { Distribution } from '../engine/distributions.ts';
import { normalCdf } from './normal.ts';
import { requireNonNegative, requirePositive, requireWhole } from './ranges.ts';

type Mixture = Extract<Distribution, { kind: 'mixture' }>;

/** z₉₉, the 99th percentile of the standard normal distribution. */
const Z99 = 2.3263478740408408;

/**
 * E[min(S, cap)] in ms: the mean of a duration that is cut off at `capMs`, such as the part of a holding time that a deadline bounds.
 * With capMs = Infinity it is the mean.
 *
 * @param distribution that of S; every duration in it from 0
 * @param capMs from 0, Infinity included
 * @throws RangeError if the cap or a parameter of the distribution is outside its range
 */
export function meanUpTo(distribution: Distribution, capMs: number): number {
  if (!(capMs >= 0)) throw new RangeError(`capMs must be at least 0, not ${capMs}`);
  switch (distribution.kind) {
    case 'constant':
      requireNonNegative({ valueMs: distribution.valueMs });
      return Math.min(distribution.valueMs, capMs);
    case 'exponential':
      requirePositive({ meanMs: distribution.meanMs });
      return -distribution.meanMs * Math.expm1(-capMs / distribution.meanMs);
    case 'uniform':
      return empirical([distribution.fromMs, distribution.toMs], capMs);
    case 'lognormal':
      requirePositive({ meanMs: distribution.meanMs });
      return lognormal(Math.log(distribution.meanMs) - distribution.sigma ** 2 / 2, distribution.sigma, capMs);
    case 'lognormalPercentiles':
      requirePositive({ p50Ms: distribution.p50Ms, p99Ms: distribution.p99Ms });
      return lognormal(Math.log(distribution.p50Ms), Math.log(distribution.p99Ms / distribution.p50Ms) / Z99, capMs);
    case 'erlang':
      return erlang(distribution.meanMs, distribution.shape, capMs);
    case 'empirical':
      return empirical(distribution.quantilesMs, capMs);
    case 'mixture':
      return mixture(distribution.parts, capMs);
  }
}

/**
 * With ln S normal of mean m and deviation σ: e^(m + σ²/2)·Φ((ln T − m − σ²) / σ) + T·Φ((m − ln T) / σ), the durations below the cap T
 * and those above it.
 */
function lognormal(m: number, sigma: number, capMs: number): number {
  const meanMs = Math.exp(m + sigma ** 2 / 2);
  requireNonNegative({ sigma, meanMs });
  if (sigma === 0 || capMs === Infinity) return Math.min(meanMs, capMs);
  const z = (Math.log(capMs) - m) / sigma;
  return meanMs * normalCdf(z - sigma) + capMs * normalCdf(-z);
}

/**
 * S is a sum of k exponential stages of mean θ, and N, the number of stages that would end within the cap T, is Poisson of mean x = T / θ.
 * Every stage that ends adds θ on average to the time before the cap, hence E[min(S, T)] = θ·E[min(N, k)]; and E[min(N, k)] is min(x, k)
 * less the mean of |N − k| over those values of N that lie on the other side of k than x, which become ever less likely.
 */
function erlang(meanMs: number, shape: number, capMs: number): number {
  requirePositive({ meanMs });
  requireWhole(1, { shape });
  const stageMs = meanMs / shape;
  const x = capMs / stageMs;
  if (x === Infinity) return meanMs;
  // P(N = k) by way of its logarithm: with a thousand stages e^−x alone is below the smallest double.
  let logProbability = -x;
  for (let n = 1; n <= shape; n++) logProbability += Math.log(x / n);
  let probability = Math.exp(logProbability);
  let overlap = 0;
  for (let distance = 1; ; distance++) {
    probability *= x < shape ? x / (shape + distance) : (shape - distance + 1) / x;
    const more = overlap + distance * probability;
    if (!(more > overlap)) return Math.min(meanMs, capMs) - stageMs * overlap;
    overlap = more;
  }
}

/** Quantiles at equal steps of probability, linear between: as many uniform distributions as there are steps, equally likely. */
function empirical(quantilesMs: readonly number[], capMs: number): number {
  if (quantilesMs.length < 2) throw new RangeError('quantilesMs must hold at least two durations');
  let sumMs = 0;
  let fromMs = 0;
  for (const [index, toMs] of quantilesMs.entries()) {
    if (!(toMs >= fromMs && toMs < Infinity)) throw new RangeError(`durations must be finite and ascend from 0, not ${fromMs}, ${toMs}`);
    if (index > 0) sumMs += uniform(fromMs, toMs, capMs);
    fromMs = toMs;
  }
  return sumMs / (quantilesMs.length - 1);
}

function uniform(fromMs: number, toMs: number, capMs: number): number {
  if (capMs >= toMs) return (fromMs + toMs) / 2;
  if (capMs <= fromMs) return capMs;
  return capMs - (capMs - fromMs) ** 2 / (toMs - fromMs) / 2;
}

function mixture(parts: Mixture['parts'], capMs: number): number {
  const shares = parts.reduce((sum, { share }) => sum + share, 0);
  if (!(Math.abs(shares - 1) < 1e-9)) throw new RangeError(`the shares of a mixture must sum to 1, not ${shares}`);
  return parts.reduce((sum, { share, distribution }) => sum + share * meanUpTo(distribution, capMs), 0);
}
