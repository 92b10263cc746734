import { describe, expect, test } from 'vitest';
import { isFaulty, tryOptions } from '../shell/parameters.ts';
import { type RawOptions, readOptions } from './options.ts';

test('the rates of a range are those that a person would write', () => {
  expect(readOptions({ rates: '0.1..0.3:0.1' }).rates).toEqual([0.1, 0.2, 0.3]);
  expect(readOptions({ rates: '0.7..1.3:0.3' }).rates).toEqual([0.7, 1, 1.3]);
  expect(readOptions({ rates: '100..1400:650' }).rates).toEqual([100, 750, 1400]);
});

describe('options that do not go together', () => {
  const faultsOf = (raw: RawOptions) => {
    const read = tryOptions(raw);
    return isFaulty(read) ? read.map(({ path, found }) => `${path}: ${found}`) : [];
  };
  const spike = { set: ['arrivals.rateSteps=[{"atMs":5,"factor":4},{"atMs":6,"factor":1}]'] };

  test.each([
    [{ replications: '2', precision: '1' }, '--precision: beside --replications'],
    [{ rates: '100,3000000', replications: '1', ...spike }, '--rates: 3000000'],
    [{ rate: '3000000', replications: '1', ...spike }, '--rate: 3000000'],
    [{ replications: '2', trace: '/dev/null' }, '--trace: 2 replications'],
  ] as const)('%j', (raw, fault) => {
    expect(faultsOf({ measure: '1s', ...raw })).toEqual([fault]);
  });

  test('each of them alone is fine', () => {
    for (const raw of [
      { replications: '2' },
      { precision: '1' },
      { rates: '100,2500000', replications: '1', ...spike },
      { trace: '/dev/null' },
    ])
      expect(faultsOf({ measure: '1s', ...raw })).toEqual([]);
  });
});
