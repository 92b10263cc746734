import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appOn, finished, pressing } from '../screens/made-up.test.data.ts';
import { inAscii } from '../terminal/ascii.ts';
import { plainText } from '../terminal/canvas.ts';
import { glyphs, textWidth } from '../terminal/text.ts';
import { paste } from './app-state.ts';
import { COLUMN_WIDTH, columnsOf } from './help-layout.ts';
import { INSIDE_MARKS, type Mark, SWEEP_MARKS } from './help-text.ts';

const found = (filter: string) =>
  columnsOf(filter, 80)
    .flat(2)
    .map(([, text]) => text);
const asciiOf = ([signs, style]: Mark) => plainText(inAscii([{ text: signs, style }]));

/** What is drawn in the golden frames that is neither a letter nor a digit nor a punctuation mark of a text. */
const drawn = new Set(
  ['../screens/golden', 'golden']
    .flatMap((folder) => readdirSync(join(import.meta.dirname, folder)).map((file) => join(import.meta.dirname, folder, file)))
    .filter((file) => !file.includes('ascii'))
    .flatMap((file) => [...readFileSync(file, 'utf8')])
    .filter((character) => character > '~'),
);

describe('the help', () => {
  test('finds whatever sign is drawn, as it is drawn', () => {
    expect(drawn.size).toBeGreaterThan(100); // with dots in all places
    for (const sign of drawn) expect(found(sign), sign).not.toEqual([]);
  });

  test.each([
    ['▾', 'below that, in the model'],
    ['◇', 'below that, real service'],
    ['⢀', 'the model'],
    ['⢕', 'its 95% interval'],
    ['~', 'coarse: more to come'],
    ['–', 'not known'],
    ['●', 'now'],
    ['△', 'a recovery that is planned'],
    ['±', '± is the half of a 95% interval.'],
    ['<', '<0.003: none seen, and below that.'],
    ['&', 'for one without a letter'],
  ])('finds for %s what it means: %s', (sign, meaning) => {
    expect(found(sign)).toContain(meaning);
  });

  test.each([
    ['*', 'the model'],
    ['=', 'closed form, or near one'],
    [',', 'before the last change'],
    ['"', 'below that, before'],
    ['@', 'now'],
    ['(', 'a fault that is planned'],
  ])('finds for %s, which is ASCII, what it means: %s', (sign, meaning) => {
    expect(found(sign)).toContain(meaning);
  });

  test('finds a sign that is copied from the screen and pasted', () => {
    const { overlay } = paste(pressing(appOn(finished()), '?'), ' ◇\nq');
    expect(overlay).toEqual({ kind: 'help', help: { filter: '◇', scroll: 0 } });
  });

  test('has room for each of its lines', () => {
    for (const line of columnsOf('', 80).flat())
      for (const [x, text] of line) expect(x + textWidth(text), text).toBeLessThan(COLUMN_WIDTH - 1);
  });
});

test.each([
  ['a sweep', SWEEP_MARKS],
  ['the inside of a run', INSIDE_MARKS],
])('of the marks of %s no two look alike, nor do they in ASCII', (_, marks) => {
  for (const look of [([signs]: Mark) => signs, asciiOf]) {
    const seen = new Map<string, string>();
    for (const mark of marks) {
      const [signs, style, meaning] = mark;
      const dots = /^[\u2800-\u28ff ]+$/.test(signs) && look !== asciiOf; // dots are told apart by their pattern
      if (style === 'late') continue; // reversed
      for (const { text } of glyphs(look(mark))) {
        if (text === ' ' || dots) continue;
        expect([text, seen.get(text) ?? meaning]).toEqual([text, meaning]);
        seen.set(text, meaning);
      }
    }
  }
});
