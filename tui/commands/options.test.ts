import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('the rates of a range are those that a person would write', () => {
  expect(readOptions({ rates: '0.1..0.3:0.1' }).rates).toEqual([0.1, 0.2, 0.3]);
  expect(readOptions({ rates: '0.7..1.3:0.3' }).rates).toEqual([0.7, 1, 1.3]);
  expect(readOptions({ rates: '100..1400:650' }).rates).toEqual([100, 750, 1400]);
});
