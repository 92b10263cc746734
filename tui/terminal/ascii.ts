import type { Style } from './styles.ts';
import { type Glyph, glyphs } from './text.ts';

/** What stands for dots where there is no braille: it depends on what they mean. */
const DOTS: Partial<Record<Style, string>> = { band: ':', theory: '-', ghost: '.' };
const MODEL = '*';

const PAIRS = [
  ['│┃', '|'],
  ['─┄', '-'],
  ['━', '='],
  ['└┴┸┤├┬', '+'],
  ['▲△↑┊', '^'], // ┊ is the knee, which is no cursor
  ['▶▸→●', '>'],
  ['←', '<'],
  ['▼▽↓▾', 'v'],
  ['▿', '"'],
  ['◆', 'o'],
  ['◇', 'u'],
  ['█', '#'],
  ['░·…', '.'],
  ['×✗', 'x'],
  ['✓', '+'],
  ['±', '~'],
  ['–—', '-'],
  ['÷', '/'],
  ['≤', '<'],
  ['≥', '>'],
] as const;

const PLAIN = new Map(PAIRS.flatMap(([from, to]) => Array.from(from, (character) => [character, to] as const)));

/** A text without line ends in as many cells of ASCII. */
export function inAscii(text: string, style: Style): string {
  return glyphs(text)
    .map((glyph) => asciiOf(glyph, style))
    .join('');
}

function asciiOf({ text, width }: Glyph, style: Style): string {
  if (/^[ -~]$/.test(text)) return text;
  if (text >= '\u2800' && text <= '\u28ff') return text === '\u2800' ? ' ' : (DOTS[style] ?? MODEL);
  return PLAIN.get(text) ?? '?'.repeat(width);
}
