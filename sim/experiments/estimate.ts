import { mean as average, sampleStandardDeviation } from 'simple-statistics';
import { studentQuantile } from '../theory/student.ts';

/** A mean with the half-width of its 95% interval; null where there are too few independent values for one. */
export interface Estimate {
  readonly mean: number;
  readonly halfWidth: number | null;
}

/** Half-width of the 95% interval of a mean, from independent values: Student's t with n - 1 degrees of freedom, times a factor. */
export function halfWidth(values: readonly number[], widening = 1): number | null {
  if (values.length < 2) return null;
  return (widening * studentQuantile(0.975, values.length - 1) * sampleStandardDeviation([...values])) / Math.sqrt(values.length);
}

/** The mean of independent values and its half-width. */
export function estimate(values: readonly number[], widening = 1): Estimate {
  return { mean: average([...values]), halfWidth: halfWidth(values, widening) };
}
