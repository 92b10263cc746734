import type { Style } from './styles.ts';
import { type Glyph, glyphs, textWidth } from './text.ts';

/** Cells. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

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
  /** A part of the canvas as a canvas of its own. */
  part(area: Rectangle): Canvas;
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
    if (texts[cell + 1] === '') texts[cell + 1] = ' ';
    texts[cell] = ' ';
  }

  function putGlyph(cell: number, { text, width }: Glyph, style: Style): void {
    for (let i = cell; i < cell + width; i++) {
      clear(i);
      styles[i] = style;
    }
    texts[cell] = text;
    if (width === 2) texts[cell + 1] = '';
  }

  /** A canvas from a place on the grid; nothing is drawn outside the window, which is on the grid. */
  function view(area: Rectangle, window: Rectangle): Canvas {
    const right = window.x + window.width;
    return {
      width: area.width,
      height: area.height,
      put(x, y, text, style = 'plain') {
        const row = area.y + y;
        if (row < window.y || row >= window.y + window.height) return;
        let column = area.x + x;
        for (const glyph of glyphs(text)) {
          if (column >= window.x && column + glyph.width <= right) putGlyph(row * width + column, glyph, style);
          column += glyph.width;
        }
      },
      part(inner) {
        const moved = { ...inner, x: area.x + inner.x, y: area.y + inner.y };
        return view(moved, intersection(window, moved));
      },
    };
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

  const whole = { x: 0, y: 0, width, height };
  return { ...view(whole, whole), lines: () => Array.from({ length: height }, (_, y) => line(y)) };
}

function intersection(a: Rectangle, b: Rectangle): Rectangle {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  return { x, y, width: Math.min(a.x + a.width, b.x + b.width) - x, height: Math.min(a.y + a.height, b.y + b.height) - y };
}

/** Draws a text that ends at the right edge of a canvas. */
export function putRight(canvas: Canvas, y: number, text: string, style?: Style): void {
  canvas.put(canvas.width - textWidth(text), y, text, style);
}

/** A line as plain text, without styles. */
export function plainText(line: Line): string {
  return line.map(({ text }) => text).join('');
}
