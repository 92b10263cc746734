import { inAscii } from './ascii.ts';
import type { Line } from './canvas.ts';
import { encode, type Look, type Style } from './styles.ts';
import { type Glyph, glyphs } from './text.ts';

const AT_ONCE = ['\x1b[?2026h', '\x1b[?2026l'] as const; // synchronised output: a terminal that knows it shows no half frame
const CLEAR = '\x1b[2J';

/** Turns frames into what makes a terminal show them. */
export interface Painter {
  /** The bytes from the frame before to this one; '' where nothing changed. */
  paint(lines: readonly Line[]): string;
  /** Forgets what the terminal shows: the next frame is painted whole. */
  forget(): void;
}

/**
 * Paints only cells that changed. Ink lays out, measures and tokenises every cell of every frame anew, which on a large window takes the
 * main thread longer than a key may wait.
 */
export function createPainter(look: Look): Painter {
  let shown: readonly string[] | null = null; // rows as they were encoded
  let frame: readonly Line[] = [];

  return {
    paint(drawn) {
      const lines = look.ascii ? drawn.map(inAscii) : drawn;
      const rows = lines.map((line) => encode(line, look));
      const before = shown?.length === lines.length ? shown : null; // of another height: all of it
      const changed = rows.flatMap((row, y) => {
        if (before === null) return [at(y, 0) + row];
        if (row === before[y]) return [];
        const span = changedSpan(cellsOf(frame[y] ?? []), cellsOf(lines[y]!));
        return [span === null ? at(y, 0) + row : at(y, span.from) + encode(span.line, look)];
      });
      [shown, frame] = [rows, lines];
      return changed.length === 0 ? '' : [AT_ONCE[0], before === null ? CLEAR : '', ...changed, AT_ONCE[1]].join('');
    },
    forget() {
      shown = null;
    },
  };
}

interface Cells {
  readonly glyphs: readonly Glyph[];
  readonly styles: readonly Style[];
  /** Whether each glyph takes one cell, so that glyphs are cells. */
  readonly even: boolean;
}

function cellsOf(line: Line): Cells {
  const all = line.flatMap(({ text, style }) => glyphs(text).map((glyph) => ({ glyph, style })));
  return {
    glyphs: all.map(({ glyph }) => glyph),
    styles: all.map(({ style }) => style),
    even: all.every(({ glyph }) => glyph.width === 1),
  };
}

/** The part of a row from its first changed cell to its last; null where the whole row has to be painted. */
function changedSpan(before: Cells, after: Cells): { readonly from: number; readonly line: Line } | null {
  const { length } = after.glyphs;
  if (!before.even || !after.even || before.glyphs.length !== length) return null;
  const differs = (i: number) => before.glyphs[i]!.text !== after.glyphs[i]!.text || before.styles[i] !== after.styles[i];
  let from = 0;
  let to = length;
  while (from < to && !differs(from)) from++;
  while (to > from && !differs(to - 1)) to--;
  const line: { text: string; style: Style }[] = [];
  for (let i = from; i < to; i++) {
    const last = line.at(-1);
    if (last !== undefined && last.style === after.styles[i]) last.text += after.glyphs[i]!.text;
    else line.push({ text: after.glyphs[i]!.text, style: after.styles[i]! });
  }
  return { from, line };
}

function at(row: number, column: number): string {
  return `\x1b[${row + 1};${column + 1}H`;
}
