import { expect, test } from 'vitest';
import { createGrid, plainText } from '../terminal/canvas.ts';
import { createDots } from './braille.ts';
import { type Chart, drawChart } from './chart.ts';
import { type Curve, drawBand, drawLine } from './curve.ts';
import { linearScale } from './scale.ts';

const exactly = (x: number, value: number) => ({ x, value, low: value, high: value });

test('dots are the bits of braille characters', () => {
  const dots = createDots(2, 1);
  expect(dots.glyph(0, 0)).toBeNull();
  dots.set(0, 0);
  dots.set(1, 3);
  dots.set(4, 0);
  dots.set(0, -1);
  expect(dots.glyph(0, 0)).toBe('⢁');
  expect(dots.glyph(1, 0)).toBeNull();
  dots.line(2, 3, 3, 0);
  expect(dots.glyph(1, 0)).toBe('⡜');
});

function rows(curve: Curve, draw: typeof drawLine, columns = 4, height = 2): string[] {
  const dots = createDots(columns, height);
  draw(dots, curve, linearScale(0, columns * 2 - 1), linearScale(0, height * 4 - 1));
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: columns }, (_, column) => dots.glyph(column, row) ?? ' ').join(''),
  );
}

test('a line joins neighbours, but bridges no gap', () => {
  expect(rows([exactly(0, 0), exactly(3, 3), exactly(7, 3)], drawLine)).toEqual(['    ', '⡠⠊⠉⠉']);
  expect(rows([exactly(0, 0), null, exactly(7, 7)], drawLine)).toEqual(['   ⠈', '⡀   ']);
});

test('a band is a checkerboard between its ends, and nothing where it is thinner than a dot', () => {
  const wide = { value: 3, low: 0, high: 7 };
  expect(
    rows(
      [
        { x: 0, ...wide },
        { x: 7, ...wide },
      ],
      drawBand,
    ),
  ).toEqual(['⢕⢕⢕⢕', '⢕⢕⢕⢕']);
  expect(rows([{ x: 0, ...wide }], drawBand)).toEqual(['⠅   ', '⠅   ']);
});

const chart: Chart = {
  titles: ['503 %, of all requests', '503 %'],
  readings: ['0.230 ±0.016', '0.230'],
  readingWidth: 12,
  curve: [exactly(0, 0), exactly(10, 100)],
  x: linearScale(0, 10),
  y: linearScale(0, 100),
  xTicks: [0, 5, 10].map((value) => ({ value, label: `${value}` })),
  xUnit: '/s',
  yTicks: [100, 0, 50].map((value) => ({ value, label: `${value}` })),
  cursor: 3,
  knee: 8,
};

function drawn(width: number, height: number, change: Partial<Chart> = {}): string[] {
  const grid = createGrid(width, height);
  drawChart(grid, { ...chart, ...change });
  return grid.lines().map(plainText);
}

test('a chart has a title, a reading, axes, a curve, a cursor and a knee', () => {
  expect(drawn(19, 7)).toEqual([
    '503 %  0.230 ±0.016',
    ' 100┤    ┃     ⢀⡠⠔⠊',
    '    │    ┃  ⣀⠤⠊⠁┊  ',
    '  50┤   ⢀⡠⠒⠉    ┊  ',
    '   0┤⡠⠔⠊⠁┃      ┊  ',
    '    └┴───┸──┴───▲─┴',
    '/s   0      5    10',
  ]);
});

test('where cursor and knee meet, both can be seen', () => {
  const [, ...rest] = drawn(19, 7, { knee: 3 });
  expect(rest.join('')).toContain('┃');
  expect(rest.join('')).not.toContain('┊');
  expect(rest.at(-2)).toBe('    └┴───▲──┴─────┴');
});

test('what has no room is left out, the title before the reading', () => {
  expect(drawn(13, 5)[0]).toBe('503 %   0.230');
  expect(drawn(6, 3)).toEqual(['      ', '      ', '      ']);
});
