import type { Calendar } from '../engine/calendar.ts';

// Buckets are read off the bits of the double: the exponent names the octave, the first mantissa bits the part of it. No logarithm.
const BITS = 7; // 128 parts an octave, at most 0.8% wide: a value anywhere in its bucket is within 1% of where it was
const SHIFT = 20 - BITS;
const LOWEST_EXPONENT = -10; // what is shorter than 2^-10 ms counts as 0: it is in bucket 0
const OCTAVES = 52; // up to 2^42 ms, longer than the longest run a scenario can ask for
const OFFSET = (1023 + LOWEST_EXPONENT) << BITS;
const SIZE = OCTAVES << BITS;

/** A histogram of times, ms, without the empty buckets at its ends. Histograms add up bucket by bucket. */
export interface Histogram {
  /** The first bucket that is not left out. */
  readonly from: number;
  readonly counts: Int32Array | Float64Array;
  /** The exact sum of what was recorded, ms. */
  readonly sum: number;
}

const EMPTY: Histogram = { from: 0, counts: new Int32Array(0), sum: 0 };

export type Histograms = ReturnType<typeof createHistograms>;

/** Some histograms of times, ms, that are recorded in place. */
export function createHistograms({ state }: Pick<Calendar, 'state'>, count: number) {
  const counts = state(new Int32Array(count * SIZE));
  const sums = state(new Float64Array(count));
  const cell = new Float64Array(1);
  const words = new Int32Array(cell.buffer); // words[1]: sign, exponent and upper mantissa on a little-endian machine, as all that V8 runs on are

  function record(i: number, ms: number): void {
    cell[0] = ms;
    const bucket = (words[1]! >> SHIFT) - OFFSET;
    counts[i * SIZE + Math.max(bucket, 0)]!++;
    sums[i]! += ms;
  }

  /** What was recorded since the last reading, of each. */
  function read(): Histogram[] {
    const histograms = Array.from({ length: count }, (_, i) => trim(counts.subarray(i * SIZE, (i + 1) * SIZE), sums[i]!));
    counts.fill(0);
    sums.fill(0);
    return histograms;
  }

  return { record, read };
}

function trim(buckets: Int32Array, sum: number): Histogram {
  const from = buckets.findIndex((n) => n > 0);
  if (from === -1) return EMPTY;
  const to = buckets.findLastIndex((n) => n > 0);
  return { from, counts: buckets.slice(from, to + 1), sum };
}

export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const filled = histograms.filter(({ counts }) => counts.length > 0);
  if (filled.length === 0) return EMPTY;
  const from = Math.min(...filled.map((histogram) => histogram.from));
  const to = Math.max(...filled.map((histogram) => histogram.from + histogram.counts.length));
  const counts = new Float64Array(to - from);
  for (const histogram of filled) {
    for (const [i, n] of histogram.counts.entries()) counts[histogram.from - from + i]! += n;
  }
  return { from, counts, sum: filled.reduce((sum, histogram) => sum + histogram.sum, 0) };
}

/** The histogram with so many zeros more. */
export function withZeros(histogram: Histogram, zeros: number): Histogram {
  return zeros === 0 ? histogram : mergeHistograms([histogram, { from: 0, counts: Int32Array.of(zeros), sum: 0 }]);
}

/** How many values were recorded. */
export function size({ counts }: Histogram): number {
  let total = 0;
  for (const n of counts) total += n;
  return total;
}

/** Mean, ms; NaN where nothing was recorded. */
export function histogramMean(histogram: Histogram): number {
  return histogram.sum / size(histogram);
}

/** The value, ms, that a share p of what was recorded does not exceed, linear within a bucket but 0 in the lowest; NaN where nothing was recorded. */
export function percentile(histogram: Histogram, p: number): number {
  const rank = p * size(histogram);
  let below = 0;
  for (const [i, n] of histogram.counts.entries()) {
    if (n > 0 && below + n >= rank) {
      if (histogram.from + i === 0) return 0;
      const low = lower(histogram.from + i);
      return low + ((rank - below) / n) * (lower(histogram.from + i + 1) - low);
    }
    below += n;
  }
  return Number.NaN;
}

/** Lower bound of a bucket, ms. */
function lower(bucket: number): number {
  return 2 ** ((bucket >> BITS) + LOWEST_EXPONENT) * (1 + (bucket & ((1 << BITS) - 1)) / (1 << BITS));
}
