import { expect, test } from 'vitest';
import { colourDepth } from './styles.ts';

test.each([
  [24, {}, 24],
  [8, {}, 8],
  [4, {}, 4],
  [1, {}, 1],
  [24, { NO_COLOR: '1' }, 1],
  [24, { NO_COLOR: '1', FORCE_COLOR: '1' }, 1],
  [24, { NO_COLOR: '' }, 24],
] as const)('a stream of depth %d in %o has colours of depth %d', (depth, environment, expected) => {
  expect(colourDepth({ getColorDepth: () => depth }, environment)).toBe(expected);
});
