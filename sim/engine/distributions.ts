import type { Stream } from './stream.ts';

/** Distributions of a time, ms ≥ 0. Shares sum to 1. */
export type SimpleDistribution =
  | { kind: 'constant'; valueMs: number }
  | { kind: 'exponential'; meanMs: number }
  | { kind: 'uniform'; fromMs: number; toMs: number }
  | { kind: 'lognormal'; meanMs: number; sigma: number }
  | { kind: 'lognormalPercentiles'; p50Ms: number; p99Ms: number }
  | { kind: 'erlang'; meanMs: number; shape: number }
  | { kind: 'empirical'; quantilesMs: number[] }; // at equal steps of probability from 0 to 1, linear between them
export type Distribution = SimpleDistribution | { kind: 'mixture'; parts: { share: number; distribution: SimpleDistribution }[] };

/** Writes a block of draws. A block at a time: the loop stays inside one function, where no double is boxed. */
export type Draw = (block: Float64Array) => void;

const NORMAL_P99 = 2.3263478740408408;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The lognormal's parameters of ln X, from mean and sigma or from two percentiles. */
function logParameters(distribution: SimpleDistribution & { kind: 'lognormal' | 'lognormalPercentiles' }): { mu: number; sigma: number } {
  if (distribution.kind === 'lognormal')
    return { mu: Math.log(distribution.meanMs) - distribution.sigma ** 2 / 2, sigma: distribution.sigma };
  return { mu: Math.log(distribution.p50Ms), sigma: Math.log(distribution.p99Ms / distribution.p50Ms) / NORMAL_P99 };
}

/** Mean, ms. */
export function mean(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.valueMs;
    case 'uniform':
      return (distribution.fromMs + distribution.toMs) / 2;
    case 'lognormalPercentiles': {
      const { mu, sigma } = logParameters(distribution);
      return Math.exp(mu + sigma ** 2 / 2);
    }
    case 'empirical':
    case 'mixture':
      return sum(partsOf(distribution).map((part) => part.share * mean(part.distribution)));
    default:
      return distribution.meanMs;
  }
}

/** Variance, ms². Of parts, the mean of their variances and the variance of their means: nothing cancels. */
export function variance(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return 0;
    case 'exponential':
      return distribution.meanMs ** 2;
    case 'uniform':
      return (distribution.toMs - distribution.fromMs) ** 2 / 12;
    case 'lognormal':
    case 'lognormalPercentiles': {
      const { mu, sigma } = logParameters(distribution);
      return Math.expm1(sigma ** 2) * Math.exp(2 * mu + sigma ** 2);
    }
    case 'erlang':
      return distribution.meanMs ** 2 / distribution.shape;
    case 'empirical':
    case 'mixture': {
      const overall = mean(distribution);
      return sum(
        partsOf(distribution).map((part) => part.share * (variance(part.distribution) + (mean(part.distribution) - overall) ** 2)),
      );
    }
  }
}

/** What a distribution is a mixture of: an empirical one of uniforms between its quantiles. */
function partsOf(distribution: Distribution & { kind: 'empirical' | 'mixture' }): { share: number; distribution: SimpleDistribution }[] {
  if (distribution.kind === 'mixture') return distribution.parts;
  const { quantilesMs } = distribution;
  return quantilesMs.slice(1).map((toMs, i) => ({
    share: 1 / (quantilesMs.length - 1),
    distribution: { kind: 'uniform', fromMs: quantilesMs[i]!, toMs },
  }));
}

/** How a distribution is drawn from a stream. */
export function drawFrom(stream: Stream, distribution: Distribution): Draw {
  switch (distribution.kind) {
    case 'constant':
      return (block) => void block.fill(distribution.valueMs);
    case 'exponential':
      return drawExponential(stream, distribution.meanMs);
    case 'uniform':
      return drawUniform(stream, distribution.fromMs, distribution.toMs);
    case 'lognormal':
    case 'lognormalPercentiles':
      return drawLognormal(stream, logParameters(distribution));
    case 'erlang':
      return drawErlang(stream, distribution.meanMs, distribution.shape);
    case 'empirical':
      return drawEmpirical(stream, Float64Array.from(distribution.quantilesMs));
    case 'mixture':
      return drawMixture(stream, distribution.parts);
  }
}

/** Uniform on (from, to). */
export function drawUniform(stream: Stream, from = 0, to = 1): Draw {
  return (block) => {
    for (let i = 0; i < block.length; i++) block[i] = from + (to - from) * stream.uniform();
  };
}

export function drawExponential(stream: Stream, mean: number): Draw {
  return (block) => {
    for (let i = 0; i < block.length; i++) block[i] = -Math.log(stream.uniform()) * mean;
  };
}

function drawLognormal(stream: Stream, { mu, sigma }: { mu: number; sigma: number }): Draw {
  return (block) => {
    for (let i = 0; i < block.length; i++) block[i] = Math.exp(mu + sigma * stream.normal());
  };
}

/** A sum of `shape` exponentials, as the logarithm of a product; logarithms are taken before the product can underflow. */
export function drawErlang(stream: Stream, mean: number, shape: number): Draw {
  const scale = mean / shape;
  return (block) => {
    for (let i = 0; i < block.length; i++) {
      let total = 0;
      for (let left = shape; left > 0; left -= 16) {
        let product = 1;
        for (let factors = Math.min(left, 16); factors > 0; factors--) product *= stream.uniform();
        total -= Math.log(product);
      }
      block[i] = total * scale;
    }
  };
}

function drawEmpirical(stream: Stream, quantiles: Float64Array): Draw {
  const steps = quantiles.length - 1;
  return (block) => {
    for (let i = 0; i < block.length; i++) {
      const place = stream.uniform() * steps;
      const below = Math.floor(place);
      block[i] = quantiles[below]! + (place - below) * (quantiles[below + 1]! - quantiles[below]!);
    }
  };
}

function drawMixture(stream: Stream, parts: readonly { share: number; distribution: SimpleDistribution }[]): Draw {
  const draws = parts.map((part) => drawFrom(stream, part.distribution));
  const choose = chooser(parts.map((part) => part.share));
  const one = new Float64Array(1);
  return (block) => {
    for (let i = 0; i < block.length; i++) {
      draws[choose(stream.uniform())]!(one);
      block[i] = one[0]!;
    }
  };
}

/** Chooses an index by shares that sum to 1, from a uniform on (0, 1). */
export function chooser(shares: readonly number[]): (uniform: number) => number {
  const upTo = Float64Array.from(shares, (_, i) => sum(shares.slice(0, i + 1)));
  const last = shares.length - 1; // also takes what rounding leaves of the sum
  return (uniform) => {
    let i = 0;
    while (i < last && uniform >= upTo[i]!) i++;
    return i;
  };
}
