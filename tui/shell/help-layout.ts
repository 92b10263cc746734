import { inAscii } from '../terminal/ascii.ts';
import { plainText, type Size } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { type HelpRows, type HelpState, SECTIONS } from './help-state.ts';
import { INSIDE_MARKS, type Mark, NOTES, SWEEP_MARKS } from './help-text.ts';

export const COLUMN_WIDTH = 40;
const KEYS_WIDTH = 11;
/** Above the columns: the title, and an empty one. */
export const HEAD_ROWS = 2;

export type HelpLine = readonly (readonly [x: number, text: string, style: Style])[];

/** The rows of the help in a window, without its footer. */
export function helpRows({ filter }: HelpState, { width, height }: Size): HelpRows {
  return { all: tallest(columnsOf(filter, width)), seen: height - 1 - HEAD_ROWS };
}

/** What has the letters in it, in as many columns as there is room for. */
export function columnsOf(filter: string, width: number): HelpLine[][] {
  return inColumns(sections(filter), Math.max(1, Math.floor(width / COLUMN_WIDTH)));
}

/** The rows of the longest column. */
export function tallest(columns: readonly HelpLine[][]): number {
  return Math.max(0, ...columns.map((column) => column.length));
}

/** The sections with what has the letters in it. */
function sections(filter: string): HelpLine[][] {
  const word = searched(filter);
  const has = (...texts: readonly string[]) => searched(texts.join(' ')).includes(word);
  const titled = (title: string, lines: readonly HelpLine[]): HelpLine[][] =>
    lines.length === 0 ? [] : [[[[0, title, 'strong']], ...lines]];
  const inRows = (rows: readonly (readonly [signs: string, style: Style, text: string])[]): HelpLine[] =>
    rows.map(([signs, style, text]) => [
      [1, signs, style],
      [1 + KEYS_WIDTH, text, 'plain'],
    ]);
  const marks = (title: string, all: readonly Mark[]) =>
    titled(title, inRows(all.filter(([signs, style, text]) => has(title, signs, plainText(inAscii([{ text: signs, style }])), text))));
  const keys = SECTIONS.map(({ title, bindings }) =>
    titled(title, inRows(bindings.filter(({ shown, help }) => has(title, shown, help)).map(({ shown, help }) => [shown, 'strong', help]))),
  );
  const notes = titled(
    'NOTES',
    NOTES.filter((text) => has('notes', text)).map((text) => [[1, text, 'plain']]),
  );
  // In this order three columns are about as long as each other.
  const [everywhere, sweep, ...others] = keys;
  return [everywhere!, sweep!, notes, ...others, marks('MARKS OF A SWEEP', SWEEP_MARKS), marks('MARKS INSIDE A RUN', INSIDE_MARKS)].flat();
}

/** A text as it is searched: small letters, and of dots only that they are there, since a line has them in all places. */
function searched(text: string): string {
  return text.toLowerCase().replaceAll(/[\u2801-\u28ff]+/g, '⣿');
}

/** Sections one below the other, in at most so many columns of about the same height; none is torn apart. */
function inColumns(sections: readonly HelpLine[][], count: number): HelpLine[][] {
  const all = sections.reduce((sum, section) => sum + section.length + 1, 0);
  const height = Math.max(Math.ceil(all / count), ...sections.map((section) => section.length));
  const columns: HelpLine[][] = [[]];
  for (const section of sections) {
    const last = columns.at(-1)!;
    const full = last.length > 0 && last.length + 1 + section.length > height;
    if (full && columns.length < count) columns.push([...section]);
    else last.push(...(last.length > 0 ? [[]] : []), ...section);
  }
  return columns;
}
