import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionOf } from './bindings.ts';
import { editLine, LINE_KEYS, lineOf, type TypedLine, typeInto } from './typed-line.ts';

/** A line with `|` for its cursor, after some keys. */
function edited(shown: string, ...keys: readonly string[]): string {
  const [before = '', after = ''] = shown.split('|');
  const begun: TypedLine = { text: before + after, cursor: before.length };
  const { text, cursor } = keys.reduce((line, key) => editLine(line, actionOf(key, LINE_KEYS)!), begun);
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

test.each([
  ['a character', 'abc|', ['left', 'ctrl-b'], 'a|bc'],
  ['back', '|abc', ['right', 'ctrl-f'], 'ab|c'],
  ['no further than the ends', '|', ['left', 'right', 'ctrl-left', 'alt-f', 'backspace', 'delete', 'ctrl-w', 'alt-d'], '|'],
  ['to the start', 'ab|c', ['ctrl-a'], '|abc'],
  ['to the start', 'ab|c', ['home'], '|abc'],
  ['to the end', 'a|bc', ['ctrl-e'], 'abc|'],
  ['to the end', 'a|bc', ['end'], 'abc|'],
  ['a word back', 'pods.workers=100|', ['ctrl-left'], 'pods.workers=|100'],
  ['two words back', 'pods.workers=100|', ['alt-b', 'alt-left'], 'pods.|workers=100'],
  ['a word on', '|pods.workers=100', ['alt-f', 'ctrl-right'], 'pods.workers|=100'],
  ['to what a person sees as one character', 'e\u0301👩‍💻|', ['left', 'left'], '|e\u0301👩‍💻'],
])('the cursor goes %s: %s %j %s', (_, before, keys, after) => {
  expect(edited(before, ...keys)).toBe(after);
});

test.each([
  ['ab|c', 'backspace', 'a|c'],
  ['ab|c', 'delete', 'ab|'],
  ['x👩‍💻|', 'backspace', 'x|'],
  ['--seed 7 pods.workers=10|0', 'ctrl-w', '--seed 7 |0'],
  ['--seed 7  |', 'ctrl-w', '--seed |'],
  ['pods.workers=100|', 'alt-backspace', 'pods.workers=|'],
  ['|pods.workers=100', 'alt-d', '|.workers=100'],
  ['pods.|workers=100', 'ctrl-u', '|workers=100'],
  ['pods.|workers=100', 'ctrl-k', 'pods.|'],
])('%s: %s erases to %s', (before, key, after) => {
  expect(edited(before, key)).toBe(after);
});

test('what is typed goes where the cursor is', () => {
  expect(typeInto({ text: 'ac', cursor: 1 }, 'b')).toEqual({ text: 'abc', cursor: 2 });
  expect(typeInto(lineOf('a'), 'bc')).toEqual({ text: 'abc', cursor: 3 });
});

test('whatever is pressed, the cursor stays in the line, and Backspace and Delete take what they go over', () => {
  const keys = LINE_KEYS.flatMap(({ keys }) => Object.keys(keys));
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.oneof(fc.constantFrom(...keys), fc.constant('é')), { maxLength: 12 }),
      (text, pressed) => {
        let line = lineOf(text);
        for (const key of pressed) {
          const action = actionOf(key, LINE_KEYS);
          line = action === null ? typeInto(line, key) : editLine(line, action);
          expect(line.cursor).toBeGreaterThanOrEqual(0);
          expect(line.cursor).toBeLessThanOrEqual(line.text.length);
        }
        const back = editLine(line, { go: 'left' });
        if (back.cursor < line.cursor) expect(editLine(back, { erase: 'right' })).toEqual(editLine(line, { erase: 'left' }));
      },
    ),
  );
});
