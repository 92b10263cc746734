import type { Style } from './styles.ts';
import { glyphs, textWidth } from './text.ts';

/** A part of the screen, in cells, from its top left corner. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A run of cells of one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Span[];

/** What panels draw on. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Draws a text from a cell on. What lies outside the canvas is left out. */
  put(x: number, y: number, text: string, style?: Style): void;
}

/** A canvas whose cells can be read as lines, each exactly as wide as the canvas. */
export interface Grid extends Canvas {
  lines(): Line[];
}

export function createGrid(width: number, height: number): Grid {
  const texts = new Array<string>(width * height).fill(' '); // '' is the right half of a wide glyph
  const styles = new Array<Style>(width * height).fill('plain');

  /** Frees a cell for another glyph: half a wide one cannot be shown. */
  function clear(cell: number): void {
    if (texts[cell] === '') texts[cell - 1] = ' ';
    if (texts[cell + 1] === '' && (cell + 1) % width !== 0) texts[cell + 1] = ' ';
    texts[cell] = ' ';
  }

  function put(x: number, y: number, text: string, style: Style = 'plain'): void {
    if (y < 0 || y >= height) return;
    let column = x;
    for (const glyph of glyphs(text)) {
      const next = column + glyph.width;
      if (column >= 0 && next <= width) {
        const cell = y * width + column;
        for (let i = 0; i < glyph.width; i++) {
          clear(cell + i);
          styles[cell + i] = style;
        }
        texts[cell] = glyph.text;
        if (glyph.width === 2) texts[cell + 1] = '';
      }
      column = next;
    }
  }

  function line(y: number): Line {
    const spans: { text: string; style: Style }[] = [];
    for (let cell = y * width; cell < (y + 1) * width; cell++) {
      const last = spans.at(-1);
      if (last?.style === styles[cell]) last!.text += texts[cell];
      else spans.push({ text: texts[cell]!, style: styles[cell]! });
    }
    return spans;
  }

  return { width, height, put, lines: () => Array.from({ length: height }, (_, y) => line(y)) };
}

/** A part of a canvas as a canvas of its own: nothing that is drawn on it leaves the part. */
export function part(canvas: Canvas, { x, y, width, height }: Rectangle): Canvas {
  return {
    width,
    height,
    put(column, row, text, style) {
      if (row < 0 || row >= height) return;
      let at = column;
      for (const glyph of glyphs(text)) {
        if (at >= 0 && at + glyph.width <= width) canvas.put(x + at, y + row, glyph.text, style);
        at += glyph.width;
      }
    },
  };
}

/** Draws a text that ends at the right edge of a canvas. */
export function putRight(canvas: Canvas, y: number, text: string, style?: Style): void {
  canvas.put(canvas.width - textWidth(text), y, text, style);
}

/** A line as plain text, without styles. */
export function plainText(line: Line): string {
  return line.map(({ text }) => text).join('');
}
