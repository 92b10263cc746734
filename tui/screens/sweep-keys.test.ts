import { expect, test } from 'vitest';
import { actionOf } from './sweep-keys.ts';

test.each([
  [['left', 'up', 'h', 'k'], { kind: 'move', by: -1 }],
  [['right', 'down', 'l', 'j'], { kind: 'move', by: 1 }],
  [['g', 'home'], { kind: 'move', by: Number.NEGATIVE_INFINITY }],
  [['G', 'end'], { kind: 'move', by: Number.POSITIVE_INFINITY }],
  [['2'], { kind: 'enlarge', chart: 'rejection' }],
  [['q', 'ctrl-c'], 'quit'],
  [['x', 'ctrl-q', 'escape', '4'], null],
])('%o: %o', (keys, action) => {
  for (const key of keys) expect(actionOf(key)).toEqual(action);
});
