import { expect, test } from 'vitest';
import { createGrid, plainText } from '../terminal/canvas.ts';
import { brailleOf, createDots, type Dots } from './braille.ts';
import { type Chart, drawChart } from './chart.ts';
import { type Band, type Curve, DASHED, DOTTED, drawBand, drawLine, type Pattern } from './curve.ts';
import { linearScale, logScale, type Scale } from './scale.ts';

const at = (x: number, value: number) => ({ x, value });

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

const COLUMNS = 4;
const ROWS = 2;
const ACROSS = linearScale(0, COLUMNS * 2 - 1);
const UP = linearScale(0, ROWS * 4 - 1);

function drawn(draw: (dots: Dots) => void): string[] {
  const dots = createDots(COLUMNS, ROWS);
  draw(dots);
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => brailleOf(dots.bits(column, row)).replace('⠀', ' ')).join(''),
  );
}

const line = (curve: Curve, { y = UP, pattern }: { readonly y?: Scale; readonly pattern?: Pattern } = {}) =>
  drawn((dots) => drawLine(dots, curve, ACROSS, y, pattern));
const band = (ranges: Band, y = UP) => drawn((dots) => drawBand(dots, ranges, ACROSS, y));

test('a line joins neighbours, but bridges no gap', () => {
  expect(line([at(0, 0), at(3, 3), at(7, 3)])).toEqual(['    ', '⡠⠊⠉⠉']);
  expect(line([at(0, 0), null, at(7, 7)])).toEqual(['   ⠛', '⣤   ']);
  expect(line([at(0, 0), null, at(7, 7)], { pattern: DOTTED })).toEqual(['   ⠈', '⡀   ']);
});

test('a line ends where it leaves the axis, and does not bend there', () => {
  expect(line([at(0, -7), at(7, 7)])).toEqual(['   ⡜', '  ⡜ ']);
  expect(line([at(0, 1e-4), at(7, 1)], { y: logScale(0.01, 1) })).toEqual(['   ⡜', '  ⡜ ']);
  expect(line([at(0, -9), at(7, -1)])).toEqual(['    ', '    ']);
});

test('a band is a checkerboard between its ends, and nothing where it is thinner than a dot', () => {
  const wide = { low: 0, high: 7 };
  const all = [
    { x: 0, ...wide },
    { x: 7, ...wide },
  ];
  expect(band(all)).toEqual(['⢕⢕⢕⢕', '⢕⢕⢕⢕']);
  expect(band([{ x: 0, ...wide }])).toEqual(['⠅   ', '⠅   ']);
  expect(band([{ x: 0, ...wide }, null, { x: 7, ...wide }])).toEqual(['⠅  ⢐', '⠅  ⢐']);
});

test('a band is drawn as far as it is on the axis', () => {
  const all = (low: number, high: number) => [0, 7].map((x) => ({ x, low, high }));
  expect(band(all(0, 1), logScale(0.01, 1))).toEqual(['⢕⢕⢕⢕', '⢕⢕⢕⢕']);
  expect(band(all(0, 0.001), logScale(0.01, 1))).toEqual(['    ', '    ']);
});

test('a line can be dashed or dotted, over its corners as well', () => {
  const steep: Curve = [at(0, 0), at(3, 0), at(4, 7), at(7, 7)];
  expect(line(steep, { pattern: DASHED })).toEqual(['  ⡄⠉', '⣀⡈  ']);
  expect(line(steep, { pattern: DOTTED })).toEqual(['  ⠂⠁', '⡀⢈  ']);
});

const chart: Chart = {
  titles: ['503 %, of all requests', '503 %'],
  readings: ['0.230 ±0.016', '0.230'],
  readingWidth: 12,
  curve: [at(0, 0), at(10, 100)],
  band: [],
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

function frame(width: number, height: number, change: Partial<Chart> = {}): string[] {
  const grid = createGrid(width, height);
  drawChart(grid, { ...chart, ...change });
  return grid.lines().map(plainText);
}

test('a chart has a title, a reading, axes, a curve, a cursor and a knee', () => {
  expect(frame(19, 7)).toEqual([
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
  const [, ...rest] = frame(19, 7, { knee: 3 });
  expect(rest.join('')).toContain('┃');
  expect(rest.join('')).not.toContain('┊');
  expect(rest.at(-2)).toBe('    └┴───▲──┴─────┴');
});

test('what has no room is left out, the title before the reading', () => {
  expect(frame(13, 5)[0]).toBe('503 %   0.230');
  expect(frame(6, 3)).toEqual(['      ', '      ', '      ']);
});

test('theory, what was before and what was measured have marks of their own', () => {
  const level = (value: number): Curve => [at(0, value), at(10, value)];
  const marks = [
    { kind: 'service', x: 0, value: 100 },
    { kind: 'service', x: 10, value: 0 },
  ] as const;
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

test('what is only known to be below a value is a mark there, or at the end of the axis', () => {
  const marks = [
    { kind: 'below', x: 0, value: 50 },
    { kind: 'previousBelow', x: 5, value: 100 },
    { kind: 'serviceBelow', x: 10, value: -5 },
  ] as const;
  expect(frame(19, 7, { curve: [], marks, cursor: null, knee: null }).slice(1, 5)).toEqual([
    ' 100┤       ▿      ',
    '    │              ',
    '  50┤▾             ',
    '   0┤             ◇',
  ]);
});

test('where theory and the model are in one cell, it is the model that is seen', () => {
  const level: Curve = [at(0, 50), at(10, 50)];
  const grid = createGrid(19, 7);
  drawChart(grid, { ...chart, curve: level, theory: level, cursor: null, knee: null });
  const styles = grid.lines().flatMap((spans) => spans.map(({ style }) => style));
  expect(styles).toContain('model');
  expect(styles).not.toContain('theory');
  drawChart(grid, { ...chart, curve: level, theory: [at(0, 60), at(10, 60)], cursor: null, knee: null });
  expect(plainText(grid.lines()[3]!)).toBe('  50┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉');
});

test('title and reading stand apart at every width', () => {
  for (let width = 10; width <= 80; width++)
    expect(frame(width, 7)[0]).toMatch(/^(503 %(, of all requests)?( {2,}0\.230( ±0\.016)?)?|0\.230)? *$/);
});
