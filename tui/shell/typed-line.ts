import type { Binding } from './bindings.ts';

/** A line that is being typed. */
export interface TypedLine {
  readonly text: string;
  /** Before which character of it the next one goes (an index of the string). */
  readonly cursor: number;
}

type Place = 'left' | 'right' | 'word left' | 'word right' | 'start' | 'end' | 'blank left';
export type LineAction = { readonly go: Place } | { readonly erase: Place };

const go = (place: Place): LineAction => ({ go: place });
const erase = (place: Place): LineAction => ({ erase: place });

/** The keys of a line, as a shell has them. */
export const LINE_KEYS: readonly Binding<LineAction>[] = [
  {
    shown: '←→ ^B ^F',
    help: 'a character; ^←→ a word',
    hint: '',
    keys: {
      ...{ left: go('left'), 'ctrl-b': go('left'), right: go('right'), 'ctrl-f': go('right') },
      ...{ 'ctrl-left': go('word left'), 'alt-left': go('word left'), 'alt-b': go('word left') },
      ...{ 'ctrl-right': go('word right'), 'alt-right': go('word right'), 'alt-f': go('word right') },
    },
  },
  {
    shown: '^A ^E',
    help: 'start, end; Home, End',
    hint: '',
    keys: { 'ctrl-a': go('start'), home: go('start'), 'ctrl-e': go('end'), end: go('end') },
  },
  {
    shown: '^W',
    help: 'erase a word',
    hint: '',
    keys: { 'ctrl-w': erase('blank left'), 'alt-backspace': erase('word left'), 'alt-d': erase('word right') },
  },
  { shown: '^U ^K', help: 'erase to start, to end', hint: '^U clear', keys: { 'ctrl-u': erase('start'), 'ctrl-k': erase('end') } },
  { shown: 'Backspace', help: 'erase; also Delete', hint: '', keys: { backspace: erase('left'), delete: erase('right') } },
];

/** A line with the cursor at its end. */
export function lineOf(text: string): TypedLine {
  return { text, cursor: text.length };
}

export function typeInto({ text, cursor }: TypedLine, typed: string): TypedLine {
  return { text: text.slice(0, cursor) + typed + text.slice(cursor), cursor: cursor + typed.length };
}

export function editLine(line: TypedLine, action: LineAction): TypedLine {
  if ('go' in action) return { ...line, cursor: indexOf(line, action.go) };
  const at = indexOf(line, action.erase);
  const [from, to] = [Math.min(at, line.cursor), Math.max(at, line.cursor)];
  return { text: line.text.slice(0, from) + line.text.slice(to), cursor: from };
}

const segmenter = new Intl.Segmenter();

/** What a person sees as characters. */
const characters = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** Where a place is from the cursor. A word is one of letters and digits; the one to erase goes from blank to blank. */
function indexOf({ text, cursor }: TypedLine, place: Place): number {
  const before = characters(text.slice(0, cursor)).reverse(); // the nearest first
  const after = characters(text.slice(cursor));
  switch (place) {
    case 'left':
      return cursor - (before[0]?.length ?? 0);
    case 'right':
      return cursor + (after[0]?.length ?? 0);
    case 'word left':
      return cursor - toWordEnd(before, /[\p{L}\p{N}]/u);
    case 'word right':
      return cursor + toWordEnd(after, /[\p{L}\p{N}]/u);
    case 'blank left':
      return cursor - toWordEnd(before, /\S/);
    case 'start':
      return 0;
    case 'end':
      return text.length;
  }
}

/** How far it is over what is no word to the end of the first word. */
function toWordEnd(characters: readonly string[], ofWord: RegExp): number {
  const from = characters.findIndex((character) => ofWord.test(character));
  const end = characters.findIndex((character, i) => i > from && !ofWord.test(character));
  return characters.slice(0, from < 0 || end < 0 ? undefined : end).join('').length;
}
