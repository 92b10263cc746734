import type { Line, Span } from './canvas.ts';
import type { Style } from './styles.ts';
import { type Glyph, glyphs } from './text.ts';

/** What stands for dots where there is no braille: it depends on what they mean. */
const DOTS: Partial<Record<Style, string>> = { band: ':', theory: '=', ghost: ',' };
const MODEL = '*';

// Of the marks of one screen each has a character of its own (`shell/help-text.ts` lists them).
const PAIRS = [
  ['│', '|'],
  ['┃┸', '!'],
  ['─', '-'],
  ['┄░·…', '.'],
  ['━', '='],
  ['└┴┤├┬', '+'],
  ['▲↑┊', '^'], // ┊ is the knee, which is no cursor
  ['▼▾↓', 'v'],
  ['▽', '('], // a fault that is planned,
  ['△', ')'], // and its end
  ['▿', '"'],
  ['◆', 'o'],
  ['◇', 'u'],
  ['▶▸→', '>'],
  ['←', '<'],
  ['●', '@'],
  ['█', '#'],
  ['×✗', 'x'],
  ['✓', '+'],
  ['–', '?'], // not known
  ['—', '-'],
  ['÷', '/'],
] as const;

const PLAIN = new Map(PAIRS.flatMap(([from, to]) => Array.from(from, (character) => [character, to] as const)));

/** A line in as many cells of ASCII. A ± takes the space before it as well: ' ±0.2' is '+-0.2'. */
export function inAscii(line: Line): Line {
  const spans: { text: string; style: Style }[] = [];
  for (const { text, style } of line) {
    const span = { text: '', style };
    spans.push(span);
    for (const glyph of glyphs(text)) {
      const before = span.text === '' ? spans.at(-2) : span;
      if (glyph.text === '±' && before?.text.endsWith(' ')) {
        before.text = `${before.text.slice(0, -1)}+`;
        span.text += '-';
      } else {
        span.text += asciiOf(glyph, style);
      }
    }
  }
  return spans satisfies readonly Span[];
}

function asciiOf({ text, width }: Glyph, style: Style): string {
  if (/^[ -~]$/.test(text)) return text;
  if (text >= '\u2800' && text <= '\u28ff') return text === '\u2800' ? ' ' : (DOTS[style] ?? MODEL);
  return PLAIN.get(text) ?? '?'.repeat(width);
}
