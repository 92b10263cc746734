import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

const machine = { node: '24.21.0', hasCompiler: true };

test('what is not said has its usual value', () => {
  expect(readOptions([], machine)).toEqual({ task: 'compare', programs: 1000, seed: 1 });
  expect(readOptions(['--real-clock', '--seed', '0'], machine)).toEqual({ task: 'real-clock', programs: 200, seed: 0 });
  expect(readOptions(['--record'], machine).task).toBe('record');
});

test('one message lists every fault of options and machine', () => {
  const read = () => readOptions(['--programs', '1e9', '--seed', '-1', '--io', 'x'], { node: '20.20.2', hasCompiler: false });
  expect(read).toThrow(/^6 faults in the input:\n/);
  for (const named of [
    '--io: found',
    'x: found',
    '--programs: found "1e9"',
    '--seed: found "-1"',
    'node: found 20.20.2',
    'gcc: found no',
  ]) {
    expect(read).toThrow(named);
  }
});

test('the real clock needs no compiler; a recording is of fixed programs', () => {
  expect(readOptions(['--real-clock'], { ...machine, hasCompiler: false }).task).toBe('real-clock');
  expect(() => readOptions(['--record', '--seed', '2'], machine)).toThrow('--record: found another option beside it');
});
