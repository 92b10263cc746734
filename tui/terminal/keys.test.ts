import type { Key } from 'ink';
import { expect, test } from 'vitest';
import { keyNames } from './keys.ts';

const none = {} as Key;

test('keys have names', () => {
  expect(keyNames('', { ...none, leftArrow: true })).toEqual(['left']);
  expect(keyNames('', { ...none, leftArrow: true, shift: true })).toEqual(['shift-left']);
  expect(keyNames('c', { ...none, ctrl: true })).toEqual(['ctrl-c']);
  expect(keyNames('G', { ...none, shift: true })).toEqual(['G']);
  expect(keyNames(' ', none)).toEqual([' ']);
});

test('keys that come as one piece are several', () => {
  expect(keyNames('hhé', none)).toEqual(['h', 'h', 'é']);
  expect(keyNames('/a=1\r\t\x7f\x15', none)).toEqual(['/', 'a', '=', '1', 'return', 'tab', 'backspace', 'ctrl-u']);
});

test('a key right after Escape is two keys', () => {
  expect(keyNames('q', { ...none, meta: true })).toEqual(['escape', 'q']);
});
