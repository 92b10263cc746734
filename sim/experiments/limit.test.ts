import { describe, expect, test } from 'vitest';
import { LIMIT_FIGURES, parseLimit } from './limit.ts';
import type { Point } from './point.ts';

describe('what is a limit', () => {
  test.each(LIMIT_FIGURES)('%s', (figure) => {
    expect(parseLimit(`${figure}<=5`)).toMatchObject({ text: `${figure}<=5`, max: 5 });
  });

  test.each([
    ['rejectionRate<=0.001', 0.001],
    ['  rejectionRate  <=  1e-3 ', 0.001],
    ['sojournMs.p99<=1000', 1000],
    ['poolFullShare<=0', 0],
  ])('%j', (text, max) => {
    expect(parseLimit(text)).toMatchObject({ max });
  });
});

describe('what is none', () => {
  test.each([
    '', '<=', 'rejectionRate', 'rejectionRate<=', '<=5', 'rejectionRate<5', 'rejectionRate>=5', 'rejectionRate<=-1', 'rejectionRate<=5%', 'rejectionRate<=NaN',
    'rejectionRate<=Infinity', 'rejectionRate<=1 2', 'rejection<=1', 'sojournMs<=5', 'sojournMs.p42<=5', 'rejectionRate<=1<=2',
  ])('%j', (text) => {
    expect(parseLimit(text)).toBeNull();
  }); // biome-ignore format: a list

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('%s, which every object has', (name) => {
    expect(parseLimit(`${name}<=1`)).toBeNull();
  });
});

describe('what it reads of a point', () => {
  const point = {
    rejectionRate: { mean: 0.01, lower: 0.006, upper: 0.018, halfWidth: 0.008 },
    poolFullShare: { mean: 0.01, lower: null, upper: null, halfWidth: null },
    poolUtilisation: { mean: 0.7, halfWidth: 0.02 },
    sojournMs: {
      mean: { mean: 240, halfWidth: 2 },
      p50: { value: 200, halfWidth: 1 },
      p95: { value: 500, halfWidth: 5 },
      p99: { value: 900, halfWidth: 9 },
    },
  } as Point;
  test.each([
    ['rejectionRate<=1', { value: 0.01, lower: 0.006, upper: 0.018 }],
    ['poolFullShare<=1', { value: 0.01, lower: null, upper: null }],
    ['poolUtilisation<=1', { value: 0.7, lower: 0.7 - 0.02, upper: 0.7 + 0.02 }],
    ['sojournMs.mean<=1', { value: 240, lower: 238, upper: 242 }],
    ['sojournMs.p50<=1', { value: 200, lower: 199, upper: 201 }],
    ['sojournMs.p95<=1', { value: 500, lower: 495, upper: 505 }],
    ['sojournMs.p99<=1', { value: 900, lower: 891, upper: 909 }],
  ])('%s', (text, reading) => {
    expect(parseLimit(text)!.read(point)).toEqual(reading);
  });

  test('nothing where the point has no such figure', () => {
    expect(parseLimit('sojournMs.p99<=1')!.read({ ...point, sojournMs: null })).toBeNull();
  });
});
