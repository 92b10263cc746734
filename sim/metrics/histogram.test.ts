import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createCalendar } from '../engine/calendar.ts';
import { bucketAt, createHistograms, type Histogram, histogramMean, mergeHistograms, percentile } from './histogram.ts';

vi.setConfig({ testTimeout: 60_000 });

const { record, read } = createHistograms(createCalendar(1), 3);

function histogram(values: readonly number[]): Histogram {
  read();
  for (const ms of values) record(1, ms);
  return read()[1]!;
}

/** The smallest value that at least a share p does not exceed. */
const exactly = (values: readonly number[], p: number) => values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(p * values.length) - 1)]!;

const time = fc.oneof(
  fc.double({ min: 0.001, max: 1e9, noNaN: true }),
  fc.double({ min: 1, max: 1000, noNaN: true }),
  fc.integer({ min: -9, max: 40 }).map((exponent) => 2 ** exponent), // lower bounds of buckets
  fc.integer({ min: -9, max: 40 }).map((exponent) => 2 ** exponent * (1 - Number.EPSILON)), // and what is just below
);
const times = fc.array(time, { minLength: 1, maxLength: 200 });
const share = fc.oneof(fc.constantFrom(0.5, 0.95, 0.99, 1), fc.double({ min: 0.001, max: 1, noNaN: true }));

test('every percentile is within 0.2% of the exact one, and never outside of what was recorded', () => {
  fc.assert(
    fc.property(times, share, (values, p) => {
      const found = percentile(histogram(values), p);
      expect(Math.abs(found / exactly(values, p) - 1)).toBeLessThanOrEqual(1 / 512);
      expect(found).toBeGreaterThanOrEqual(Math.min(...values));
      expect(found).toBeLessThanOrEqual(Math.max(...values));
    }),
    { numRuns: 500 },
  );
});

test('the bucket of a rank holds the value of that rank', () => {
  fc.assert(
    fc.property(times, fc.nat(), (values, n) => {
      const rank = 1 + (n % values.length);
      const exact = values.toSorted((a, b) => a - b)[rank - 1]!;
      const { low, high, below, count } = bucketAt(histogram(values), rank)!;
      expect(low <= exact && exact <= high).toBe(true);
      expect(below < rank && rank <= below + count).toBe(true);
    }),
  );
});

test('where all took the same time, every percentile is that time', () => {
  fc.assert(
    fc.property(time, share, fc.integer({ min: 1, max: 50 }), (ms, p, n) => {
      expect(percentile(histogram(Array.from({ length: n }, () => ms)), p)).toBe(ms);
    }),
  );
});

test('the least and the most are exact', () => {
  fc.assert(
    fc.property(times, (values) => {
      const all = histogram(values);
      expect([all.least, percentile(all, 1 / values.length / 2)]).toEqual([Math.min(...values), Math.min(...values)]);
      expect([all.most, percentile(all, 1)]).toEqual([Math.max(...values), Math.max(...values)]);
    }),
  );
});

test('what is longer than the longest bucket is in the last one, and in no other histogram', () => {
  read();
  for (const ms of [1, 2 ** 42, 2 ** 43, 1e300]) record(0, ms);
  const [first, second] = read();
  expect([first!.size, second!.size]).toEqual([4, 0]);
  expect([percentile(first!, 0.25), percentile(first!, 1)]).toEqual([1, 1e300]);
});

test('within a bucket values are taken as evenly spread: where they are, percentiles are far closer', () => {
  const even = Array.from({ length: 100_000 }, (_, i) => 50 + i / 1000); // 50 to 150
  const all = histogram(even);
  for (const p of [0.1, 0.333, 0.5, 0.77, 0.9, 0.99]) expect(Math.abs(percentile(all, p) / exactly(even, p) - 1)).toBeLessThan(0.0005);
});

test('a percentile does not fall as its share grows', () => {
  fc.assert(
    fc.property(times, share, share, (values, p, q) => {
      const all = histogram(values);
      expect(percentile(all, Math.min(p, q))).toBeLessThanOrEqual(percentile(all, Math.max(p, q)));
    }),
  );
});

test('size and mean are exact', () => {
  fc.assert(
    fc.property(times, (values) => {
      const all = histogram(values);
      expect(all.size).toBe(values.length);
      expect(histogramMean(all)).toBe(values.reduce((sum, ms) => sum + ms, 0) / values.length);
    }),
  );
});

test('times from 0 to a thousandth of a millisecond are 0, and told from longer ones', () => {
  expect([0.01, 0.5, 0.99, 1].map((p) => percentile(histogram([0, 0, 0, 0.0009]), p))).toEqual([0, 0, 0, 0]);
  expect(percentile(histogram([0, 0, 0, 20]), 0.7)).toBe(0);
  expect(percentile(histogram([0, 0, 0, 0.001]), 1)).toBeCloseTo(0.001, 4);
  expect(histogramMean(histogram([0, 0]))).toBe(0);
});

test('merged histograms are the histogram of all together', () => {
  const whole = ({ from, counts, size, least, most }: Histogram) => [from, ...counts, size, least, most];
  fc.assert(
    fc.property(fc.array(fc.array(time, { maxLength: 50 }), { maxLength: 5 }), (lists) => {
      const merged = mergeHistograms(lists.map(histogram));
      const together = histogram(lists.flat());
      expect(whole(merged)).toEqual(whole(together));
      expect(merged.size).toBe(lists.flat().length);
      expect(Math.abs(merged.sum - together.sum)).toBeLessThanOrEqual(1e-12 * together.sum);
    }),
  );
});

describe('readings', () => {
  test('histograms are kept apart, and each reading begins anew', () => {
    read();
    record(0, 5);
    record(2, 7);
    record(2, 8);
    expect(read().map(({ size }) => size)).toEqual([1, 0, 2]);
    expect(read().map(({ size }) => size)).toEqual([0, 0, 0]);
  });

  test('nothing recorded: no mean and no percentile', () => {
    const nothing = histogram([]);
    expect([nothing.size, histogramMean(nothing), percentile(nothing, 0.5)]).toEqual([0, Number.NaN, Number.NaN]);
    expect(mergeHistograms([])).toEqual(nothing);
  });

  test('a reset of the calendar forgets what was recorded', () => {
    const calendar = createCalendar(1);
    const histograms = createHistograms(calendar, 1);
    histograms.record(0, 5);
    calendar.reset();
    expect(histograms.read().map(({ sum, counts }) => [sum, counts.length])).toEqual([[0, 0]]);
  });
});
