import { expect, test } from 'vitest';
import { strayFaults } from './strays.ts';

const known = { options: ['rate', 'seed', 'scenario', 'help'], commands: ['run', 'sweep'] };
const found = (...words: readonly string[]) => strayFaults(words, known).map(({ path, allowed }) => [path, allowed]);

test('an unknown option is told with the one that is near', () => {
  expect(found('--rates')).toEqual([['--rates', '--rate? (--help lists all)']]);
  expect(found('--sed=5')).toEqual([['--sed=5', '--seed? (--help lists all)']]);
  expect(found('--quick')).toEqual([['--quick', 'what --help lists']]);
});

test('a word after it is its value, and the next is not', () => {
  expect(found('--rates', '100').map(([path]) => path)).toEqual(['--rates']);
  expect(found('--speed', '-5').map(([path]) => path)).toEqual(['--speed']);
  expect(found('--rates', '100', '200').map(([path]) => path)).toEqual(['--rates', '200']);
  expect(found('--rates=100', '200').map(([path]) => path)).toEqual(['--rates=100', '200']);
  expect(found('--rates', '--sede', '5').map(([path]) => path)).toEqual(['--rates', '--sede']);
});

test('a word is told with the command that is near', () => {
  expect(found('swep')).toEqual([['swep', 'sweep? (--help lists all)']]);
  expect(found('elsewhere')).toEqual([['elsewhere', 'what --help lists']]);
});
