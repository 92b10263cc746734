import type { Distribution } from '../../fixtures/schema.ts';

// For mail that brings no directives, as a person's curl sends it. What is measured brings its own delay: see recipient.ts.

/** A time drawn from a distribution, ms. */
export function drawLatency(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.valueMs;
    case 'exponential':
      return distribution.meanMs * exponential();
    case 'uniform':
      return between(distribution.fromMs, distribution.toMs, Math.random());
    case 'lognormal':
      return distribution.meanMs * Math.exp(distribution.sigma * normal() - distribution.sigma ** 2 / 2);
    case 'lognormalPercentiles':
      return distribution.p50Ms * Math.exp((Math.log(distribution.p99Ms / distribution.p50Ms) / NORMAL_P99) * normal());
    case 'erlang':
      return (
        (distribution.meanMs / distribution.shape) * Array.from({ length: distribution.shape }, exponential).reduce((a, b) => a + b, 0)
      );
    case 'empirical': {
      const { quantilesMs } = distribution;
      const place = Math.random() * (quantilesMs.length - 1);
      const step = Math.floor(place);
      return between(quantilesMs[step]!, quantilesMs[step + 1]!, place - step);
    }
    case 'mixture':
      return drawLatency(chosen(distribution.parts).distribution);
  }
}

const NORMAL_P99 = 2.3263478740408408;

const between = (from: number, to: number, share: number): number => from + (to - from) * share;
const exponential = (): number => -Math.log(1 - Math.random());
/** Box and Muller's. */
const normal = (): number => Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * Math.random());

/** One of the parts, each with the probability of its share. */
export function chosen<Part extends { readonly share: number }>(parts: readonly Part[]): Part {
  let left = Math.random();
  for (const part of parts) {
    left -= part.share;
    if (left < 0) return part;
  }
  return parts.at(-1)!; // what rounding leaves
}
