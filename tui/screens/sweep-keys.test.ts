import { expect, test } from 'vitest';
import { actionOf } from '../shell/bindings.ts';
import { ALWAYS, EVERYWHERE } from '../shell/shell-keys.ts';
import { SWEEP_KEYS } from './sweep-keys.ts';

test.each([
  [['left', 'up', 'h', 'k'], { kind: 'move', by: -1 }],
  [['right', 'down', 'l', 'j'], { kind: 'move', by: 1 }],
  [['g', 'home'], { kind: 'move', by: Number.NEGATIVE_INFINITY }],
  [['G', 'end'], { kind: 'move', by: Number.POSITIVE_INFINITY }],
  [['pageup'], { kind: 'move', by: -5 }],
  [['pagedown'], { kind: 'move', by: 5 }],
  [['2'], { kind: 'enlarge', chart: 'rejection' }],
  [['q'], 'quit'],
  [['escape', 'backspace'], 'back'],
  [['b'], { kind: 'layer', layer: 'band' }],
  [['c', 'v', 'x', 'ctrl-q', '4', 'constructor'], null],
])('%o: %o', (keys, action) => {
  for (const key of keys) expect(actionOf<unknown>(key, SWEEP_KEYS, EVERYWHERE, ALWAYS)).toEqual(action);
});
