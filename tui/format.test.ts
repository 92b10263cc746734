import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counted, duration, grouped, percent, plusMinus, reach, rejection, significant, table, wallTime } from './format.ts';

const EXTREMES = [0, -0, 1e-300, 2e-308, 4.7e-12, 1e-5, 0.00999999, 9.9996, 999.9999, 999_999_999.9, 1e9, 1e21, 1e300];
const figure = fc.oneof(
  fc.constantFrom(...EXTREMES),
  fc.double({ min: -1e300, max: 1e300, noNaN: true }),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
);
const UNKNOWN = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

describe('figures of any magnitude', () => {
  test('have so many digits, and all before the point', () => {
    expect([0.0043, 2.4, 1323, 0.25, 99.96, 0.09996].map((value) => significant(value))).toEqual([
      '0.00430',
      '2.40',
      '1,323',
      '0.250',
      '100',
      '0.100',
    ]);
    expect([4.7e-12, 1e300, -1e-300, 1e9].map((value) => significant(value))).toEqual(['4.70e-12', '1.00e300', '-1.00e-300', '1.00e9']);
    expect([1234.5678, 0].map((value) => significant(value, 4))).toEqual(['1,235', '0']);
  });

  test('fit their columns', () => {
    fc.assert(
      fc.property(figure, fc.integer({ min: 1, max: 4 }), (value, digits) => {
        expect(significant(Math.abs(value), digits).length).toBeLessThanOrEqual(11);
        expect(grouped(value).length).toBeLessThanOrEqual(16);
        expect(plusMinus(Math.abs(value)).length).toBeLessThanOrEqual(12);
      }),
      { numRuns: 2000 },
    );
  });

  test('read back as what they were', () => {
    fc.assert(
      fc.property(figure, fc.integer({ min: 1, max: 4 }), (value, digits) => {
        const read = Number(significant(value, digits).replaceAll(',', ''));
        expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.abs(value) * 0.5001 * 10 ** (1 - digits));
      }),
      { numRuns: 2000 },
    );
  });

  test('are a dash where there is none, and zero has no sign', () => {
    for (const value of UNKNOWN) expect([significant(value), grouped(value), percent(value)]).toEqual(['–', '–', '–']);
    expect([significant(-0), grouped(-0), grouped(-0.3), percent(-0)]).toEqual(['0', '0', '0', '0']);
  });
});

test('of one there is one', () => {
  expect([counted(1, 'run'), counted(2, 'run'), counted(0, 'run'), counted(1000, 'reply', 'replies')]).toEqual([
    '1 run',
    '2 runs',
    '0 runs',
    '1,000 replies',
  ]);
});

describe('a half-width', () => {
  test('below what its figure can tell is zero', () => {
    expect([null, 4.7e-12, 0, 0.00012345, 9.7, 123.4].map((value) => plusMinus(value))).toEqual([
      '',
      '±0',
      '±0',
      '±0.00012',
      '±9.7',
      '±123',
    ]);
  });

  test('of a percentile that lies unevenly is told on both sides', () => {
    const interval = (lower: number | null, upper: number | null) =>
      reach({ value: 100, lower, upper, halfWidth: lower === null || upper === null ? null : Math.max(100 - lower, upper - 100) });
    expect([interval(90, 110), interval(90, 109), interval(99, 30_036), interval(100, 110), interval(100, 100)]).toEqual([
      '±10',
      '±10',
      '-1.0 +29,936',
      '-0 +10',
      '±0',
    ]);
    expect([interval(null, 110), interval(90, null)]).toEqual(['', '']);
  });
});

test.each([
  [0, '0 ms'],
  [0.25, '0.25 ms'],
  [250, '250 ms'],
  [1234.5678, '1.235 s'],
  [31_000, '31 s'],
  [60_000, '1 min'],
  [80_000, '80 s'],
  [100_001, '100.001 s'],
  [300_000, '5 min'],
  [301_400, '5 min 1 s'],
  [1_000_000, '16 min 40 s'],
  [7_199_900, '2 h'],
  [9_960_000, '2 h 46 min'],
  [36_000_000, '10 h'],
])('%d ms are said as one says them', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test('a 503 rate of which nothing is known, since nothing arrived, is a dash; one that was not seen is a bound', () => {
  expect(rejection({ mean: 0, lower: null, upper: null, halfWidth: null })).toEqual({ value: '–', halfWidth: '' });
  expect(rejection({ mean: 0, lower: 0, upper: 0.003, halfWidth: 0.003 })).toEqual({ value: '<0.3', halfWidth: '' });
  expect(rejection({ mean: 0.01, lower: null, upper: null, halfWidth: null })).toEqual({ value: '1.00', halfWidth: '' });
});

test('the columns of a table stand apart, whatever is in them', () => {
  const cell = fc.oneof(
    figure.map((value) => significant(value)),
    fc.constantFrom('', '–', 'Ümläut', '東京', 'a long name'),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
      const lines = table(['a', 'b', 'c'], rows).split('\n');
      for (const [i, line] of lines.slice(1).entries()) {
        const filled = rows[i]!.filter((text) => text !== '');
        expect(
          line
            .trim()
            .split(/ {2,}/)
            .filter((text) => text !== ''),
        ).toEqual(filled);
      }
    }),
  );
});

test('what took no time that can be told in tenths of a second took ms', () => {
  expect([0, 0.2, 43.4, 99.4, 100, 17_300, 3_600_000].map(wallTime)).toEqual([
    '1 ms',
    '1 ms',
    '43 ms',
    '99 ms',
    '0.1 s',
    '17.3 s',
    '3,600.0 s',
  ]);
});
