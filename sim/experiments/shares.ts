import { studentQuantile } from '../theory/student.ts';

/** A share with its 95% interval, which does not lie evenly about it. */
export interface ShareEstimate {
  readonly mean: number;
  /** Ends of the interval; null where there is none. Where nothing was seen, `lower` is 0, and `upper` is what may have been missed. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** The greater distance from the mean to an end. */
  readonly halfWidth: number | null;
}

/** How much of what was measured in a part is counted: 503s of its arrivals, ms of its time. */
export interface Counted {
  readonly counted: number;
  readonly of: number;
}

const NORMAL = studentQuantile(0.975, Infinity);
const MISSED = -Math.log(0.025); // clumps that may be expected where none is seen: fewer are seen in 97.5% of cases
const CLUMPS_A_PART = 3; // of which parts can tell themselves how much they vary

/**
 * A share of rare events that come in clumps, with an interval that has the distribution of the number of clumps in it: Garwood's for a
 * Poisson mean (F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28, 1936), in units of the events' dispersion, the
 * variance of their number ÷ its mean. What parts say of the dispersion has Student's t for the normal quantile, since they are few. Where they
 * have few clumps, it is at least 2m − 1, that of clumps of geometric size with the mean m. With many clumps this is the interval of Student's t.
 *
 * @param parts independent ones; of one alone there is only a bound where nothing was seen
 * @param arrivals in all parts
 * @param clump mean size of a clump, in arrivals
 */
export function estimateShare(parts: readonly Counted[], arrivals: number, clump: number, widening = 1): ShareEstimate {
  const counted = sum(parts.map((part) => part.counted));
  const of = sum(parts.map((part) => part.of));
  if (arrivals === 0 || of === 0) return { mean: 0, lower: null, upper: null, halfWidth: null };
  const clumps = arrivals / clump; // if all arrivals were counted
  if (counted === 0) {
    const upper = Math.min(1, MISSED / clumps);
    return { mean: 0, lower: 0, upper, halfWidth: upper };
  }
  const mean = Math.min(1, counted / of); // integrals of time are rounded
  if (parts.length < 2) return { mean, lower: null, upper: null, halfWidth: null };

  const count = parts.length;
  const deviation = Math.sqrt((sum(parts.map((part) => (part.counted - mean * part.of) ** 2)) * count) / (count - 1)) / of;
  const error = (widening * studentQuantile(0.975, count - 1) * deviation) / NORMAL;
  const seen = error ** 2 / mean;
  const areFew = clump < Infinity && mean * clumps < CLUMPS_A_PART * count; // a queue that grows without end rejects all the time
  const unit = areFew ? Math.max(seen, 2 / clumps - 1 / arrivals) : seen; // dispersion as a share
  const lower = unit === 0 ? mean : unit * gammaQuantile(mean / unit, -NORMAL);
  const upper = Math.min(1, unit === 0 ? mean : unit * gammaQuantile(mean / unit + 1, NORMAL));
  return { mean, lower, upper, halfWidth: Math.max(mean - lower, upper - mean) };
}

/**
 * The quantile of the gamma distribution of a shape and scale 1, by that of the normal distribution: E. B. Wilson & M. M. Hilferty, "The
 * distribution of chi-square", PNAS 17, 1931. Within 2% above the mean if the shape is at least 1; too low below the mean if it is small.
 */
function gammaQuantile(shape: number, normal: number): number {
  return shape * Math.max(0, 1 - 1 / (9 * shape) + normal / (3 * Math.sqrt(shape))) ** 3;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
