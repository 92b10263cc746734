import fc from 'fast-check';
import { renderToString, Text } from 'ink';
import { createElement } from 'react';
import { expect, test } from 'vitest';
import { firstFitting, glyphs, textWidth, wrapText, wrapWords } from './text.ts';

test.each([
  ['pods', 4],
  ['±0.016 ×', 8],
  ['⢕⣀┃▲▶◆█░', 8],
  ['メール', 6],
  ['한글', 4],
  ['✉ 🚀', 4],
  ['e\u0301', 1],
])('%s is %d cells wide', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test.each(['\x1b[31m', 'a\nb', '\u200b', '\u{1F468}\u200d\u{1F469}', '\u202e'])(
  'what a terminal would obey or measure in its own way is replaced',
  (text) => {
    expect(glyphs(text).map((glyph) => glyph.text)).toContain('�');
    expect(
      glyphs(text)
        .map((glyph) => glyph.text)
        .join(''),
    ).not.toMatch(/[\p{Control}\p{Format}]/u);
  },
);

test('Ink is of the same opinion about widths', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      const shown = glyphs(`x${text}x`)
        .map((glyph) => glyph.text)
        .join('');
      // One cell less and Ink cuts it; one more and it is as it was.
      const columns = textWidth(shown);
      const ink = (columns: number) => renderToString(createElement(Text, { wrap: 'truncate' }, shown), { columns });
      expect(ink(columns)).toBe(shown);
      expect(ink(columns - 1)).not.toBe(shown);
    }),
  );
});

test('lines of words are as long as fits, and hold all the words', () => {
  expect(wrapWords('503s pass 0.1% from 985/s', 12)).toEqual(['503s pass', '0.1% from', '985/s']);
  expect(wrapWords('985/s', 4)).toBeNull();
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '字'), minLength: 1, maxLength: 9 }), { minLength: 1 }),
      fc.nat(40),
      (words, width) => {
        const lines = wrapWords(words.join(' '), width);
        expect(lines === null).toBe(words.some((word) => textWidth(word) > width));
        expect(lines?.join(' ') ?? words.join(' ')).toBe(words.join(' '));
        for (const line of lines ?? []) expect(textWidth(line)).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test('the first wording that fits', () => {
  expect(firstFitting(['95% interval', '95%', ''], 5)).toBe('95%');
  expect(firstFitting(['95%'], 2)).toBeNull();
});

test('a word that is wider than a line is broken, and no other is', () => {
  expect(wrapText('--rates 100,200,300 --seed 7', 8)).toEqual(['--rates', '100,200,', '300', '--seed 7']);
  expect(wrapText('漢字漢字', 3)).toEqual(['漢', '字', '漢', '字']);
});
