import { expect, test } from 'vitest';
import { rejection } from './format.ts';

test('a 503 rate of which nothing is known, since nothing arrived, is a dash; one that was not seen is a bound', () => {
  expect(rejection({ mean: 0, lower: null, upper: null, halfWidth: null })).toEqual({ value: '–', halfWidth: '' });
  expect(rejection({ mean: 0, lower: 0, upper: 0.003, halfWidth: 0.003 })).toEqual({ value: '<0.3', halfWidth: '' });
  expect(rejection({ mean: 0.01, lower: null, upper: null, halfWidth: null })).toEqual({ value: '1.00', halfWidth: '' });
});
