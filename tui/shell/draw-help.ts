import { drawRule } from '../screens/rule.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { type HelpState, SECTIONS } from './help-state.ts';
import { MARKS, NOTES } from './help-text.ts';

const COLUMN_WIDTH = 40;
const KEYS_WIDTH = 11;

type HelpLine = readonly (readonly [x: number, text: string, style: Style])[];

/** Draws the help over a whole canvas, in as many columns as there is room for. */
export function drawHelp(canvas: Canvas, { filter, scroll }: HelpState): void {
  for (let row = 0; row < canvas.height; row++) canvas.put(0, row, ' '.repeat(canvas.width));
  drawRule(canvas, 0, 'help', filter === '' ? 'type to filter' : `with "${filter}"`);
  const rows = canvas.height - 2;
  const columns = inColumns(sections(filter), Math.max(1, Math.floor(canvas.width / COLUMN_WIDTH)));
  const tallest = Math.max(0, ...columns.map((column) => column.length));
  const above = Math.max(0, Math.min(scroll, tallest - rows)); // no further than to the last line
  for (const [i, column] of columns.entries()) {
    const part = canvas.part({ x: i * COLUMN_WIDTH, y: 2, width: COLUMN_WIDTH - 1, height: rows });
    for (const [row, line] of column.entries()) for (const [x, text, style] of line) part.put(1 + x, row - above, text, style);
  }
  if (tallest === 0) canvas.put(1, 2, 'Nothing has that in it.', 'faint');
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
