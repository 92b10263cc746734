import type { Distribution } from '../engine/distributions.ts';
import { normalCdf } from './normal.ts';
import { requireNonNegative, requirePositive, requireWhole } from './ranges.ts';

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
      return distribution.parts.reduce((sum, part) => sum + part.share * meanUpTo(part.distribution, capMs), 0);
  }
}

/**
 * With ln S normal of mean m and deviation σ: e^(m + σ²/2)·Φ((ln T − m − σ²) / σ) + T·Φ((m − ln T) / σ), the durations below the cap T
 * and those above it.
 */
function lognormal(m: number, sigma: number, capMs: number): number {
  requireNonNegative({ sigma });
  const meanMs = Math.exp(m + sigma ** 2 / 2);
  if (sigma === 0 || capMs === Infinity) return Math.min(meanMs, capMs);
  const z = (Math.log(capMs) - m) / sigma;
  return meanMs * normalCdf(z - sigma) + capMs * normalCdf(-z);
}

/**
 * S is a sum of k exponential stages of mean θ, and N = the stages that would end within the cap T is Poisson with mean T / θ. Every
 * stage that ends adds θ on average to the time before the cap, so that E[min(S, T)] = θ·E[min(N, k)] = θ(k − Σ_{n<k} (k − n)·P(N = n)).
 */
function erlang(meanMs: number, shape: number, capMs: number): number {
  requirePositive({ meanMs });
  requireWhole(1, { shape });
  const stageMs = meanMs / shape;
  const stagesUpToCap = capMs / stageMs;
  if (stagesUpToCap === Infinity) return meanMs;
  // In logarithms, for with a thousand stages P(N = 0) is below the smallest double.
  let logProbability = -stagesUpToCap;
  let stagesCut = 0;
  for (let n = 0; n < shape; n++) {
    stagesCut += (shape - n) * Math.exp(logProbability);
    logProbability += Math.log(stagesUpToCap / (n + 1));
  }
  return stageMs * (shape - stagesCut);
}

/** Quantiles at equal steps of probability, linear between: as many uniform distributions, equally likely, as there are steps. */
function empirical(quantilesMs: readonly number[], capMs: number): number {
  const steps = quantilesMs.length - 1;
  requireWhole(1, { steps });
  ...
}
