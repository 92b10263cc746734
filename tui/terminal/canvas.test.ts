import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrid, plainText, putRight } from './canvas.ts';
import { textWidth } from './text.ts';

test('texts are drawn where they belong, and nothing outside', () => {
  const grid = createGrid(6, 2);
  grid.put(-1, 0, 'abc');
  grid.put(4, 1, 'xyz', 'strong');
  grid.put(0, 2, 'below');
  putRight(grid, 0, '!');
  expect(grid.lines().map(plainText)).toEqual(['bc   !', '    xy']);
  expect(grid.lines()[1]).toEqual([
    { text: '    ', style: 'plain' },
    { text: 'xy', style: 'strong' },
  ]);
});

test('a part keeps what is drawn on it to itself, even a part that is partly outside', () => {
  const grid = createGrid(6, 3);
  const part = grid.part({ x: 1, y: 1, width: 3, height: 1 });
  part.put(-2, 0, 'abcdefgh');
  part.put(0, 1, 'below');
  part.part({ x: 2, y: -1, width: 9, height: 9 }).put(0, 0, 'above');
  expect(grid.lines().map(plainText)).toEqual(['      ', ' cde  ', '      ']);
});

test('half a wide glyph is never shown', () => {
  const grid = createGrid(5, 1);
  const line = () => grid.lines().map(plainText)[0];
  grid.put(0, 0, '字字字');
  expect(line()).toBe('字字 ');
  grid.put(1, 0, 'x');
  expect(line()).toBe(' x字 ');
  grid.put(1, 0, '字');
  expect(line()).toBe(' 字  ');
});

test('whatever is drawn, each line is exactly as wide as the canvas', () => {
  const text = fc.record({
    x: fc.integer({ min: -5, max: 15 }),
    y: fc.integer({ min: -1, max: 3 }),
    text: fc.string({ unit: fc.constantFrom('a', '字', '⢕', '\x1b', 'é', '🚀') }),
  });
  fc.assert(
    fc.property(fc.nat(12), fc.nat(3), fc.array(text), (width, height, texts) => {
      const grid = createGrid(width, height);
      for (const { x, y, text } of texts) grid.put(x, y, text);
      const lines = grid.lines();
      expect(lines).toHaveLength(height);
      for (const line of lines) expect(textWidth(plainText(line))).toBe(width);
    }),
  );
});
