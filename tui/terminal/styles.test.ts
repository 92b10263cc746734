import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Line } from './canvas.ts';
import { encode, type Look, lookOf, type Style } from './styles.ts';
import { textWidth } from './text.ts';

test.each([
  [{}, 'dark'],
  [{ COLORFGBG: '15;0' }, 'dark'],
  [{ COLORFGBG: '0;15' }, 'light'],
  [{ COLORFGBG: '0;default;7' }, 'light'],
  [{ COLORFGBG: '7;8' }, 'dark'],
  [{ COLORFGBG: '' }, 'dark'],
  [{ COLORFGBG: 'nonsense' }, 'dark'],
] as const)('in %o the background is %s', (environment, theme) => {
  expect(lookOf(environment).theme).toBe(theme);
  expect(lookOf(environment, { theme: 'light' }).theme).toBe('light');
});

test.each([
  [{}, false],
  [{ LANG: 'en_GB.UTF-8' }, false],
  [{ LANG: 'C.utf8' }, false],
  [{ LANG: 'C' }, true],
  [{ LANG: 'en_GB.UTF-8', LC_ALL: 'POSIX' }, true],
  [{ LANG: 'de_DE.ISO-8859-1', LC_CTYPE: 'de_DE.UTF-8' }, false],
  [{ LANG: 'en_GB.UTF-8', TERM: 'linux' }, true],
] as const)('in %o ASCII alone: %s', (environment, ascii) => {
  expect(lookOf(environment).ascii).toBe(ascii);
  expect(lookOf(environment, { ascii: true }).ascii).toBe(true);
});

const look: Look = { depth: 24, theme: 'dark', ascii: false };

test('styles become SGR sequences of the depth that the terminal has, or nothing', () => {
  const line = [{ text: 'a', style: 'plain' } as const, { text: 'b', style: 'model' } as const];
  expect(encode(line, look)).toBe('a\x1b[1;38;2;86;180;233mb\x1b[0m');
  expect(encode(line, { ...look, theme: 'light' })).toBe('a\x1b[1;38;2;0;114;178mb\x1b[0m');
  expect(encode(line, { ...look, depth: 4 })).toBe('a\x1b[1;36mb\x1b[0m');
  expect(encode(line, { ...look, depth: 1 })).toBe('ab');
});

test('where the cursor is in a text is seen without colours as well', () => {
  const line = [{ text: 'a', style: 'plain' } as const, { text: 'b', style: 'cursor' } as const];
  for (const depth of [1, 4, 8, 24] as const) expect(encode(line, { ...look, depth })).toBe('a\x1b[7mb\x1b[0m');
});

describe('in ASCII', () => {
  const ascii: Look = { depth: 1, theme: 'dark', ascii: true };

  test('dots tell by their character what they mean', () => {
    const dots = (style: Style): Line => [{ text: '⠒⢕', style }];
    expect(encode([...dots('model'), ...dots('band'), ...dots('theory'), ...dots('ghost')], ascii)).toBe('**::==,,');
  });

  test('marks have a character each', () => {
    expect(encode([{ text: '◆┊▲┃▶ ┤└┴ ±0.2 <0.1', style: 'plain' }], ascii)).toBe('o^^!> ++++-0.2 <0.1');
  });

  test('± takes the space before it, whatever its style', () => {
    expect(
      encode(
        [
          { text: '12 ', style: 'plain' },
          { text: '±3 ±4', style: 'strong' },
        ],
        ascii,
      ),
    ).toBe('12+-3+-4');
    expect(encode([{ text: '12±3', style: 'plain' }], ascii)).toBe('12?3');
  });

  test('whatever is drawn takes as many cells, each of ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom<Style>('plain', 'theory'), (text, style) => {
        const shown = encode([{ text, style }], ascii);
        expect(shown).toMatch(/^[ -~]*$/);
        expect(shown).toHaveLength(textWidth(text));
      }),
    );
  });
});
