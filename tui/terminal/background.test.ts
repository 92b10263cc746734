import { expect, test } from 'vitest';
import { isLastAnswer, themeOf } from './background.ts';

test.each([
  ['\x1b]11;rgb:0000/0000/0000\x07', 'dark'],
  ['\x1b]11;rgb:ffff/ffff/ffff\x1b\\', 'light'],
  ['\x1b]11;rgb:fdf6/e3e3/d5d5\x1b\\', 'light'],
  ['\x1b]11;rgb:00/2b/36\x07', 'dark'],
  ['\x1b]11;rgb:f/f/f\x07', 'light'],
  ['\x1b]11;rgb:0000/0000/ffff\x07', 'dark'],
  ['\x1b]11;rgba:FFFF/FFFF/FFFF/8000\x07', 'light'],
  ['\x1b]11;#1e1e1e\x07', 'dark'],
  ['\x1b]10;rgb:ffff/ffff/ffff\x07', null],
  ['\x1b]11;?\x07', null],
  ['\x1b]11;white\x07', null],
  ['\x1b[?62;22c', null],
] as const)('%j is %s', (reply, theme) => {
  expect(themeOf(reply)).toBe(theme);
});

test('the kind of the terminal is what it answers last', () => {
  expect(['\x1b[?62;22c', '\x1b[?6c', '\x1b]11;rgb:c/c/c\x07', '\x1b[>0;276;0c', '\x1b[?2026;2$y'].map(isLastAnswer)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
