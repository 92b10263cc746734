import xterm from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inAscii } from './ascii.ts';
import { createGrid, type Line, plainText } from './canvas.ts';
import { createPainter } from './painter.ts';
import type { Style } from './styles.ts';

const LOOK = { depth: 24, theme: 'dark', ascii: false } as const;

function frame(width: number, height: number, texts: readonly { x: number; y: number; text: string; style: Style }[]): Line[] {
  const grid = createGrid(width, height);
  for (const { x, y, text, style } of texts) grid.put(x, y, text, style);
  return grid.lines();
}

const words = fc.array(
  fc.record({
    x: fc.integer({ min: -3, max: 24 }),
    y: fc.nat(5),
    text: fc.string({ unit: fc.constantFrom('a', 'b', ' ', '⢕', '字', '┃', '±') }),
    style: fc.constantFrom<Style>('plain', 'model', 'selected'),
  }),
  { maxLength: 12 },
);

test.each([false, true])(
  'a terminal that was shown one frame after the other shows the last one, glyphs and styles; in ASCII: %s',
  async (ascii) => {
    const look = { ...LOOK, ascii };
    await fc.assert(
      fc.asyncProperty(fc.array(words, { minLength: 1, maxLength: 5 }), async (frames) => {
        const painter = createPainter(look);
        const [width, height] = [24, 6];
        const shown = async (bytes: readonly string[]) => {
          const terminal = new xterm.Terminal({ cols: width, rows: height, allowProposedApi: true });
          await new Promise<void>((resolve) => terminal.write(bytes.join(''), resolve));
          return Array.from({ length: height }, (_, y) => {
            const line = terminal.buffer.active.getLine(y)!;
            const cells = Array.from({ length: width }, (_, x) => line.getCell(x)!);
            return {
              text: line.translateToString(false, 0, width),
              looks: cells.map((cell) => `${cell.getFgColor()} ${cell.isBold()} ${cell.isInverse()}`),
            };
          });
        };
        const lines = frames.map((texts) => frame(width, height, texts));
        const bit = await shown(lines.map((each) => painter.paint(each)));
        const whole = await shown([createPainter(look).paint(lines.at(-1)!)]);
        expect(bit).toEqual(whole);
        expect(bit.map(({ text }) => text)).toEqual(lines.at(-1)!.map((line) => plainText(ascii ? inAscii(line) : line)));
      }),
      { numRuns: 60 },
    );
  },
);

test('what did not change costs nothing', () => {
  const painter = createPainter(LOOK);
  const lines = frame(10, 2, [{ x: 1, y: 1, text: 'ab', style: 'model' }]);
  expect(painter.paint(lines)).toContain('ab');
  expect(painter.paint(frame(10, 2, [{ x: 1, y: 1, text: 'ab', style: 'model' }]))).toBe('');
  expect(painter.paint(frame(10, 2, [{ x: 1, y: 1, text: 'ac', style: 'model' }]))).not.toContain('a');
});

test('what is forgotten is painted whole', () => {
  const painter = createPainter(LOOK);
  const lines = frame(10, 2, [{ x: 1, y: 1, text: 'ab', style: 'plain' }]);
  const first = painter.paint(lines);
  painter.forget();
  expect(painter.paint(lines)).toBe(first);
});
