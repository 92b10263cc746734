import { expect, test } from 'vitest';
import { colourDepth } from './colour-depth.ts';

test.each([
  // what the terminal can
  [{}, 1],
  [{ TERM: '' }, 1],
  [{ TERM: 'dumb' }, 1],
  [{ TERM: 'something-else' }, 1],
  [{ TERM: 'vt100' }, 1],
  [{ TERM: 'vt220', COLORTERM: 'truecolor' }, 1],
  [{ TERM: 'vt100', TMUX: '/tmp/tmux-0/default,1,0' }, 1],
  [{ TERM: 'vt100', TERM_PROGRAM: 'iTerm.app' }, 1],
  [{ TERM: 'xterm-mono', COLORTERM: '24bit' }, 1],
  [{ TERM: 'linux-m' }, 1],
  [{ TERM: 'vt100-color' }, 4],
  [{ TERM: 'xterm' }, 4],
  [{ TERM: 'xterm-color' }, 4],
  [{ TERM: 'xterm-16color' }, 4],
  [{ TERM: 'rxvt-16color' }, 4],
  [{ TERM: 'linux' }, 4],
  [{ TERM: 'ansi' }, 4],
  [{ TERM: 'screen' }, 4],
  [{ TERM: 'screen', TMUX: '/tmp/tmux-0/default,1,0' }, 4],
  [{ TERM: 'something-else', COLORTERM: 'yes' }, 4],
  [{ TERM: 'xterm-256color' }, 8],
  [{ TERM: 'screen-256color' }, 8],
  [{ TERM: 'tmux-256color', TMUX: '/tmp/tmux-0/default,1,0' }, 8],
  [{ TERM: 'rxvt-unicode-256color' }, 8],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, 8],
  [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 24],
  [{ TERM: 'xterm', COLORTERM: '24bit' }, 24],
  [{ TERM: 'tmux-256color', COLORTERM: 'truecolor' }, 24],
  [{ TERM: 'screen.xterm-256color', COLORTERM: 'truecolor', STY: '1.tty' }, 8],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, 24],
  [{ TERM: 'tmux-256color', TERM_PROGRAM: 'iTerm.app' }, 8],
  [{ TERM: 'xterm-kitty' }, 24],
  [{ TERM: 'xterm-direct' }, 24],
  [{ TERM: 'alacritty' }, 24],
  // what the person wants
  [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 1],
  [{ TERM: 'xterm-256color', NO_COLOR: '0' }, 1],
  [{ TERM: 'xterm-256color', NO_COLOR: '' }, 8],
  [{ TERM: 'xterm-256color', NO_COLOR: '1', FORCE_COLOR: '3' }, 1],
  [{ TERM: 'xterm-256color', NO_COLOR: '', FORCE_COLOR: '3' }, 24],
  [{ TERM: 'xterm-256color', FORCE_COLOR: '' }, 8],
  [{ TERM: 'xterm-256color', FORCE_COLOR: '0' }, 1],
  [{ TERM: 'xterm-256color', FORCE_COLOR: 'false' }, 1],
  [{ TERM: 'xterm-256color', FORCE_COLOR: '1' }, 4],
  [{ TERM: 'xterm', FORCE_COLOR: '2' }, 8],
  [{ TERM: 'xterm', FORCE_COLOR: '3' }, 24],
  [{ TERM: 'xterm-256color', FORCE_COLOR: 'true' }, 8],
  [{ TERM: 'vt100', FORCE_COLOR: 'true' }, 4],
  [{ TERM: 'vt100', CLICOLOR_FORCE: '1' }, 4],
  [{ TERM: 'vt100', CLICOLOR_FORCE: '0' }, 1],
  [{ TERM: 'xterm-256color', CLICOLOR_FORCE: '1', CLICOLOR: '0' }, 8],
  [{ TERM: 'xterm-256color', CLICOLOR: '0' }, 1],
  [{ TERM: 'xterm-256color', CLICOLOR: '1' }, 8],
  [{ TERM: 'xterm-256color', CLICOLOR: '' }, 8],
  [{ TERM: 'xterm-256color', NO_COLOR: '1', CLICOLOR_FORCE: '1' }, 1],
] as const)('in %o the depth is %d', (environment, depth) => {
  expect(colourDepth(environment, 'linux')).toBe(depth);
});

test('the console of Windows has all colours, unless they are not wanted', () => {
  expect(colourDepth({}, 'win32')).toBe(24);
  expect(colourDepth({ NO_COLOR: '1' }, 'win32')).toBe(1);
});
