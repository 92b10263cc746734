import { bucketAt, countBefore, type Histogram, percentile } from '../metrics/histogram.ts';
import { studentQuantile } from '../theory/student.ts';

/** A percentile with its 95% interval, which need not lie evenly about it. */
export interface PercentileEstimate {
  readonly value: number;
  /** Ends of the interval; null where too little was seen to say where it ends. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** The greater distance from the value to an end; null where one of them is. */
  readonly halfWidth: number | null;
}

const NORMAL = studentQuantile(0.975, Infinity);

/**
 * The value that a share p of all times does not exceed, with a 95% interval that is found in shares, not in times: a share p of times is
 * up to the true percentile, so it lies between the values of those ranks that this share can have by chance (Woodruff, "Confidence
 * intervals for medians and other position measures", JASA 47, 1952). That holds for any distribution: where times gather at a point, the
 * interval is that point, and where the percentile is between two modes, it reaches from one to the other. Its ends are those of the
 * buckets that hold these ranks, so the resolution of the histogram is within it.
 *
 * @param merged the histograms together
 * @param histograms of the same time, independent of each other and none empty; of one alone there is no interval
 * @param widening by what half-widths are multiplied, in shares
 * @param queueTimes how many correlation times of the queue were measured. A queue's longest times come with its few large excursions, and
 * what saw none of them cannot know: there is no upper end unless so many independent times would have one
 */
export function estimatePercentile(
  merged: Histogram,
  histograms: readonly Histogram[],
  p: number,
  widening = 1,
  queueTimes = Infinity,
): PercentileEstimate {
  const value = percentile(merged, p);
  const rank = p * merged.size;
  const bucket = bucketAt(merged, rank);
  if (bucket === null || histograms.length < 2) return { value, lower: null, upper: null, halfWidth: null };
  // Ranks vary as the share below the bucket does, and as that up to its end: where times gather in it, these are far apart.
  const margin = (place: number) => NORMAL * Math.sqrt(merged.size * p * (1 - p) * designEffect(histograms, place, widening));
  const first = Math.floor(rank - margin(bucket.place));
  const last = Math.ceil(rank + margin(bucket.place + 1)) + 1;
  const lower = first < 1 ? null : bucketAt(merged, first)!.low;
  const unseen = (1 - p) * queueTimes < NORMAL ** 2;
  const upper = unseen || last > merged.size ? null : bucketAt(merged, last)!.high;
  return { value, lower, upper, halfWidth: lower === null || upper === null ? null : Math.max(value - lower, upper - value) };
}

/**
 * How many times the variance of the share of times below a bucket is what it were if each time were independent of all others (Kish's
 * design effect, by the ratio estimator of cluster sampling): what the histograms say of it, with Student's t for the normal quantile since
 * they are few, but at least 1.
 */
function designEffect(histograms: readonly Histogram[], place: number, widening: number): number {
  const clusters = histograms.map((histogram) => ({ below: countBefore(histogram, place), of: histogram.size }));
  const all = clusters.reduce((sum, { of }) => sum + of, 0);
  const share = clusters.reduce((sum, { below }) => sum + below, 0) / all;
  if (share === 0 || share === 1) return 1;
  const squares = clusters.reduce((sum, { below, of }) => sum + (below - share * of) ** 2, 0);
  const variance = (squares * clusters.length) / (clusters.length - 1);
  return Math.max(1, (variance / (all * share * (1 - share))) * ((widening * studentQuantile(0.975, clusters.length - 1)) / NORMAL) ** 2);
}
