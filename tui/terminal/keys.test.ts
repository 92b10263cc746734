import type { Key } from 'ink';
import { expect, test } from 'vitest';
import { keyNames } from './keys.ts';

const none = {} as Key;

test('keys have names', () => {
  expect(keyNames('', { ...none, leftArrow: true })).toEqual(['left']);
  expect(keyNames('c', { ...none, ctrl: true })).toEqual(['ctrl-c']);
  expect(keyNames('G', { ...none, shift: true })).toEqual(['G']);
});

test('keys that come as one piece are several', () => {
  expect(keyNames('hhé', none)).toEqual(['h', 'h', 'é']);
});
