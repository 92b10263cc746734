const BLANK = 0x2800;
// Unicode numbers the dots of a cell down its left column, then its right; dots 7 and 8, the lowest row, came later.
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** Dots within a cell. */
export const DOTS_ACROSS = 2;
export const DOTS_DOWN = 4;

/** A canvas of braille dots, 2 × 4 to a cell, from its top left corner. */
export interface Dots {
  readonly width: number;
  readonly height: number;
  /** Sets a dot. Coordinates are rounded; what lies outside is left out. */
  set(x: number, y: number): void;
  /** Sets the dots of a straight line, ends included, but those alone for which `isOn` says so. */
  line(fromX: number, fromY: number, toX: number, toY: number, isOn?: (x: number, y: number) => boolean): void;
  /** The dots of a cell as bits; 0 where none is set. */
  bits(column: number, row: number): number;
}

export function createDots(columns: number, rows: number): Dots {
  const width = columns * DOTS_ACROSS;
  const height = rows * DOTS_DOWN;
  const cells = new Uint8Array(columns * rows);

  function set(x: number, y: number): void {
    const column = Math.round(x);
    const row = Math.round(y);
    if (column < 0 || column >= width || row < 0 || row >= height) return;
    cells[Math.floor(row / DOTS_DOWN) * columns + Math.floor(column / DOTS_ACROSS)]! |= BITS[row % DOTS_DOWN]![column % DOTS_ACROSS]!;
  }

  return {
    width,
    height,
    set,
    line(fromX, fromY, toX, toY, isOn = () => true) {
      const steps = Math.max(1, Math.ceil(Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY))));
      for (let i = 0; i <= steps; i++) {
        const x = Math.round(fromX + ((toX - fromX) * i) / steps);
        const y = Math.round(fromY + ((toY - fromY) * i) / steps);
        if (isOn(x, y)) set(x, y);
      }
    },
    bits: (column, row) => cells[row * columns + column]!,
  };
}

/** The braille character of some dots. */
export function brailleOf(bits: number): string {
  return String.fromCodePoint(BLANK + bits);
}
