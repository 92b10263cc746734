import type { Size } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { type HelpRows, type HelpState, SECTIONS } from './help-state.ts';
import { MARKS, NOTES } from './help-text.ts';

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
  const word = filter.toLowerCase();
  const has = (...texts: readonly string[]) => texts.join(' ').toLowerCase().includes(word);
  const titled = (title: string, lines: readonly HelpLine[]): HelpLine[][] =>
    lines.length === 0 ? [] : [[[[0, title, 'strong']], ...lines]];
  return [
    ...SECTIONS.flatMap(({ title, bindings }) =>
      titled(
        title,
        bindings
          .filter(({ shown, help }) => has(title, shown, help))
          .map(({ shown, help }) => [
            [1, shown, 'strong'],
            [1 + KEYS_WIDTH, help, 'plain'],
          ]),
      ),
    ),
    ...titled(
      'MARKS',
      MARKS.filter(([, , text]) => has('marks', text)).map(([mark, style, text]) => [
        [1, mark, style],
        [1 + KEYS_WIDTH, text, 'plain'],
      ]),
    ),
    ...titled(
      'NOTES',
      NOTES.filter((text) => has('notes', text)).map((text) => [[1, text, 'plain']]),
    ),
  ];
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
