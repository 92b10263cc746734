import { expect, test } from 'vitest';
import { createGrid, plainText } from '../terminal/canvas.ts';
import { brailleOf, createDots } from './braille.ts';
import { type Chart, drawChart } from './chart.ts';
import { type Curve, DASHED, DOTTED, drawBand, drawLine } from './curve.ts';
import { linearScale } from './scale.ts';

const exactly = (x: number, value: number) => ({ x, value, low: value, high: value });

test('dots are the bits of braille characters', () => {
  const dots = createDots(2, 1);
  expect(dots.bits(0, 0)).toBe(0);
  dots.set(0, 0);
  dots.set(1, 3);
  dots.set(4, 0);
  dots.set(0, -1);
  expect(brailleOf(dots.bits(0, 0))).toBe('⢁');
  expect(dots.bits(1, 0)).toBe(0);
  dots.line(2, 3, 3, 0);
  expect(brailleOf(dots.bits(1, 0))).toBe('⡜');
});

function rows(curve: Curve, draw: (...given: Parameters<typeof drawBand>) => void, columns = 4, height = 2): string[] {
  const dots = createDots(columns, height);
  draw(dots, curve, linearScale(0, columns * 2 - 1), linearScale(0, height * 4 - 1));
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: columns }, (_, column) => brailleOf(dots.bits(column, row)).replace('⠀', ' ')).join(''),
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

test('a line can be dashed or dotted, over its corners as well', () => {
  const steep: Curve = [exactly(0, 0), exactly(3, 0), exactly(4, 7), exactly(7, 7)];
  const pattern = (of: typeof DASHED) => rows(steep, (dots, curve, x, y) => drawLine(dots, curve, x, y, of));
  expect(pattern(DASHED)).toEqual(['  ⡄⠉', '⣀⡈  ']);
  expect(pattern(DOTTED)).toEqual(['  ⠂⠁', '⡀⢈  ']);
});

const chart: Chart = {
  titles: ['503 %, of all requests', '503 %'],
  readings: ['0.230 ±0.016', '0.230'],
  readingWidth: 12,
  curve: [exactly(0, 0), exactly(10, 100)],
  band: true,
  theory: [],
  previous: [],
  marks: [],
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

test('theory, what was before and what was measured have marks of their own', () => {
  const level = (value: number): Curve => [exactly(0, value), exactly(10, value)];
  const marks = [
    { x: 0, value: 100 },
    { x: 10, value: 0 },
  ];
  const grid = createGrid(19, 7);
  drawChart(grid, { ...chart, curve: level(100), theory: level(50), previous: level(0), marks, cursor: null, knee: null });
  const style = (row: number) => grid.lines()[row]!.map(({ style }) => style);
  expect(grid.lines().map(plainText).slice(1, 5)).toEqual([
    ' 100┤◆⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉',
    '    │              ',
    '  50┤⠉⠁ ⠉⠁ ⠉⠁ ⠉⠁ ⠉⠁',
    '   0┤⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀◆',
  ]);
  expect(style(1)).toEqual(expect.arrayContaining(['service', 'model']));
  expect(style(3)).toContain('theory');
  expect(style(4)).toEqual(expect.arrayContaining(['ghost', 'service']));
});
