import { describe, expect, test } from 'vitest';
import { Stream } from '../engine/stream.ts';
import { studentQuantile } from '../theory/student.ts';
import { estimateShare } from './shares.ts';

const parts = (...counted: number[]) => counted.map((count) => ({ counted: count, of: 1000 }));

describe('a share of arrivals', () => {
  test('is all that was counted ÷ all arrivals, in an interval that does not lie evenly about it', () => {
    const { mean, lower, upper, halfWidth } = estimateShare(parts(1, 3, 4), 3000, 1);
    expect(mean).toBe(8 / 3000);
    expect(mean - lower!).toBeLessThan(upper! - mean);
    expect(halfWidth).toBe(upper! - mean);
  });

  // F. Garwood, 1936: of a Poisson variable that was 1, 3 or 10 the mean is in (0.025, 5.572), (0.619, 8.767), (4.795, 18.390).
  test.each([
    [1, 0.025, 5.572],
    [3, 0.619, 8.767],
    [10, 4.795, 18.39],
  ])('of %i events that came one by one has the interval of a Poisson mean', (events, low, high) => {
    const { lower, upper } = estimateShare([...parts(events), ...parts(events)], 2000, 1); // parts that do not differ
    const both = estimateShare(
      Array.from({ length: events }, () => ({ counted: 1, of: 1000 })),
      1000 * events,
      1,
    );
    expect(lower).toBeGreaterThan(0);
    expect(upper).toBeLessThan(1);
    if (events > 1) {
      expect(both.lower! * 1000 * events).toBeGreaterThan(0.9 * low);
      expect(both.lower! * 1000 * events).toBeLessThan(1.01 * low);
      expect(both.upper! * 1000 * events).toBeCloseTo(high, 1);
    }
  });

  test('with many clumps has the interval of Student’s t', () => {
    const counts = [930, 1010, 1080, 990, 1040, 960, 1000, 1020, 950, 1020];
    const { mean, lower, upper } = estimateShare(
      counts.map((counted) => ({ counted, of: 1e6 })),
      1e7,
      2,
    );
    const deviation = Math.sqrt(counts.reduce((sum, n) => sum + (n - 1000) ** 2, 0) / 9);
    const width = (studentQuantile(0.975, 9) * deviation) / Math.sqrt(10) / 1e6;
    expect((mean - lower!) / width).toBeCloseTo(1, 1);
    expect((upper! - mean) / width).toBeCloseTo(1, 1);
  });

  test('of which none was seen has a bound that is as much larger as events come together, never 0 and never above 1', () => {
    expect(estimateShare(parts(0, 0), 2000, 1)).toEqual({
      mean: 0,
      lower: 0,
      upper: -Math.log(0.025) / 2000,
      halfWidth: -Math.log(0.025) / 2000,
    });
    expect(estimateShare(parts(0), 1000, 4).upper).toBeCloseTo((4 * 3.6889) / 1000, 6);
    expect(estimateShare(parts(0), 10, 3).upper).toBe(1);
    expect(estimateShare(parts(0), 1000, Infinity).upper).toBe(1); // clumps without an end
  });

  test('from one part alone, or of nothing, has no interval', () => {
    expect(estimateShare(parts(5), 1000, 1)).toEqual({ mean: 0.005, lower: null, upper: null, halfWidth: null });
    expect(estimateShare([{ counted: 0, of: 0 }], 0, 1)).toEqual({ mean: 0, lower: null, upper: null, halfWidth: null });
  });

  test('has ends from 0 to 1', () => {
    const { lower, upper } = estimateShare(
      [
        { counted: 10, of: 10 },
        { counted: 2, of: 10 },
      ],
      20,
      1,
    );
    expect(lower).toBeGreaterThanOrEqual(0);
    expect(upper).toBe(1);
  });
});

describe('events in clumps: intervals hold the truth as often as they say', () => {
  const random = new Stream();
  const poisson = (mean: number) => {
    let [count, left] = [0, random.uniform()];
    for (let p = Math.exp(-mean); left > p; p *= mean / ++count) left -= p;
    return count;
  };
  const size = (mean: number) => 1 + Math.floor(Math.log(random.uniform()) / Math.log(1 - 1 / mean));
  const PART = 100_000;
  const TRIALS = 1000;

  test.each([1, 2, 4, 8, 16, 100].flatMap((clumps) => [2, 4].map((clump) => [clumps, clump])))('%i clumps of %i', (clumps, clump) => {
    random.seed(`${clumps}/${clump}`);
    let covered = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const counts = Array.from({ length: 10 }, () => {
        let counted = 0;
        for (let left = poisson(clumps / 10); left > 0; left--) counted += size(clump);
        return { counted, of: PART };
      });
      const { lower, upper } = estimateShare(counts, 10 * PART, clump);
      const truth = (clumps * clump) / (10 * PART);
      if (lower! <= truth && truth <= upper!) covered++;
    }
    expect(covered).toBeGreaterThan(TRIALS * (0.95 - 4.75 * Math.sqrt((0.95 * 0.05) / TRIALS))); // 4.75 deviations: once in a million
  });
});

test('of a queue that grows without end, which is never empty between two 503s, the interval is what parts say', () => {
  const { mean, lower, upper, halfWidth } = estimateShare(parts(490, 510, 500), 3000, Infinity);
  expect([mean, halfWidth]).toEqual([0.5, expect.closeTo(0.025, 2)]);
  expect(0.46 < lower! && lower! < mean && mean < upper! && upper! < 0.54).toBe(true);
});
