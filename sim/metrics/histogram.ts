import type { Calendar } from '../engine/calendar.ts';

// Buckets are read off the bits of the double: the exponent names the octave, the first mantissa bits the part of it. No logarithm.
const BITS = 9; // 512 parts an octave, each at most 0.2% wide
const SHIFT = 20 - BITS;
const LOWEST_EXPONENT = -10; // what is shorter than 2^-10 ms counts as 0: it is in bucket 0
const OCTAVES = 52; // up to 2^42 ms; what is longer is in the last bucket
const OFFSET = ((1023 + LOWEST_EXPONENT) << BITS) - 1;
const SIZE = (OCTAVES << BITS) + 1;

/** A histogram of times, ms, without the empty buckets at its ends. Histograms add up bucket by bucket. */
export interface Histogram {
  /** The first bucket that is not left out. */
  readonly from: number;
  readonly counts: Uint8Array | Uint16Array | Int32Array | Float64Array;
  /** How many values were recorded. */
  readonly size: number;
  /** The exact sum of what was recorded, ms. */
  readonly sum: number;
  /** The exact ends of what was recorded, ms. */
  readonly least: number;
  readonly most: number;
}

const EMPTY: Histogram = { from: 0, counts: new Uint8Array(0), size: 0, sum: 0, least: Infinity, most: -Infinity };

const cell = new Float64Array(1);
const words = new Int32Array(cell.buffer); // words[1]: sign, exponent and upper mantissa on a little-endian machine, as all that V8 runs on are

function bucketOf(ms: number): number {
  cell[0] = ms;
  return Math.min(Math.max((words[1]! >> SHIFT) - OFFSET, 0), SIZE - 1);
}

export type Histograms = ReturnType<typeof createHistograms>;

/** Some histograms of times, ms, that are recorded in place. */
export function createHistograms({ state }: Pick<Calendar, 'state'>, count: number) {
  const counts = state(new Int32Array(count * SIZE));
  const sums = state(new Float64Array(count));
  const least = state(new Float64Array(count).fill(Infinity));
  const most = state(new Float64Array(count).fill(-Infinity));

  function record(i: number, ms: number): void {
    counts[i * SIZE + bucketOf(ms)]!++;
    sums[i]! += ms;
    if (ms < least[i]!) least[i] = ms;
    if (ms > most[i]!) most[i] = ms;
  }

  function take(i: number): Histogram {
    if (least[i]! > most[i]!) return EMPTY;
    const from = bucketOf(least[i]!);
    const filled = counts.subarray(i * SIZE + from, i * SIZE + bucketOf(most[i]!) + 1);
    const histogram = { from, counts: compact(filled), size: total(filled), sum: sums[i]!, least: least[i]!, most: most[i]! };
    filled.fill(0);
    return histogram;
  }

  /** What was recorded since the last reading, of each. */
  function read(): Histogram[] {
    const histograms = Array.from({ length: count }, (_, i) => take(i));
    sums.fill(0);
    least.fill(Infinity);
    most.fill(-Infinity);
    return histograms;
  }

  return { record, read };
}

function total(counts: Histogram['counts']): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  return sum;
}

/** A copy in as few bytes as hold the largest count: a sweep keeps those of all its runs. */
function compact(counts: Int32Array): Histogram['counts'] {
  let largest = 0;
  for (const n of counts) largest = Math.max(largest, n);
  return largest < 2 ** 8 ? Uint8Array.from(counts) : largest < 2 ** 16 ? Uint16Array.from(counts) : counts.slice();
}
export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const filled = histograms.filter(({ counts }) => counts.length > 0);
  if (filled.length === 0) return EMPTY;
  const from = Math.min(...filled.map((histogram) => histogram.from));
  const to = Math.max(...filled.map((histogram) => histogram.from + histogram.counts.length));
  const counts = new Float64Array(to - from);
  for (const histogram of filled) {
    const shift = histogram.from - from;
    for (let i = 0; i < histogram.counts.length; i++) counts[shift + i]! += histogram.counts[i]!;
  }
  return {
    from,
    counts,
    size: filled.reduce((sum, { size }) => sum + size, 0),
    sum: filled.reduce((sum, histogram) => sum + histogram.sum, 0),
    least: Math.min(...filled.map(({ least }) => least)),
    most: Math.max(...filled.map(({ most }) => most)),
  };
}

/** The histogram with so many zeros more. */
export function withZeros(histogram: Histogram, zeros: number): Histogram {
  return zeros === 0
    ? histogram
    : mergeHistograms([histogram, { from: 0, counts: Int32Array.of(zeros), size: zeros, sum: 0, least: 0, most: 0 }]);
}

/** Mean, ms; NaN where nothing was recorded. */
export function histogramMean({ sum, size }: Histogram): number {
  return sum / size;
}

/** A bucket with something in it. */
export interface Bucket {
  readonly place: number;
  readonly count: number;
  /** How many values are in the buckets before it. */
  readonly below: number;
  /** The values in it are within these, ms: the bucket's own ends, or the exact ones of all that was recorded. */
  readonly low: number;
  readonly high: number;
}

/** The bucket of the value of some rank: 1 is the least, and what is not whole belongs to the next value. Null where there is none. */
export function bucketAt(histogram: Histogram, rank: number): Bucket | null {
  const { from, counts, least, most } = histogram;
  let below = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (count > 0 && below + count >= rank) {
      const place = from + i;
      const [low, high] = place === 0 ? [0, 0] : [Math.max(least, lower(place)), Math.min(most, lower(place + 1))];
      return { place, count, below, low, high };
    }
    below += count;
  }
  return null;
}

/** How many values are in the buckets before one. */
export function countBefore({ from, counts }: Histogram, place: number): number {
  return total(counts.subarray(0, Math.max(0, place - from)));
}

/**
 * The value, ms, that a share p of what was recorded does not exceed; NaN where nothing was recorded. Exact at the least and the most, else
 * as if the values of a bucket were evenly spread over it, and never further off than the bucket is wide: 0.2%. What is shorter than a
 * thousandth of a ms reads as 0.
 */
export function percentile(histogram: Histogram, p: number): number {
  const rank = p * histogram.size;
  const bucket = bucketAt(histogram, rank);
  if (bucket === null) return Number.NaN;
  const { low, high, below, count } = bucket;
  if (rank <= 1) return low;
  if (rank > histogram.size - 1) return high;
  return low + (Math.max(0, rank - below - 0.5) / count) * (high - low);
}

/** Lower bound of a bucket from the second on, ms; the last bucket has no end. */
function lower(bucket: number): number {
  if (bucket === SIZE) return Infinity;
  const part = bucket - 1;
  return 2 ** ((part >> BITS) + LOWEST_EXPONENT) * (1 + (part & ((1 << BITS) - 1)) / (1 << BITS));
}
