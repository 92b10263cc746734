/** One character as a terminal shows it, and how many cells it takes. */
export interface Glyph {
  readonly text: string;
  readonly width: 1 | 2;
}

// What nearly all of the screen is made of: ASCII, Latin-1, dashes, arrows, ≈ ≤ ≥, boxes, blocks, ✓ ✗, braille. One cell each, and cheap to tell.
const PLAIN = /^[ -~\u00A1-\u00AC\u00AE-\u00FF\u2013\u2014\u2026\u2190-\u2199\u2248\u2264\u2265\u2500-\u25F7\u2713\u2717\u2800-\u28FF]*$/;
// What else terminals agree about: other alphabets are drawn in one cell a letter, East Asian letters and emoji in two (but for their halves).
const NARROW = /^[\p{L}\p{N}\p{P}\p{S}]$/u;
const WIDE =
  /^(?![\u115F-\u11FF\u3164\uD7B0-\uD7FF\uFF61-\uFFDC\u{1F1E6}-\u{1F1FF}])(?:[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]&&\p{L}]|\p{Emoji_Presentation})$/v;
const REPLACEMENT: Glyph = { text: '�', width: 1 };
const segmenter = new Intl.Segmenter();

/** The glyphs of a text. What terminals disagree about, or would obey (control characters), becomes a replacement character. */
export function glyphs(text: string): Glyph[] {
  if (PLAIN.test(text)) return text.split('').map((character) => ({ text: character, width: 1 }));
  return Array.from(segmenter.segment(text.normalize('NFC')), ({ segment }): Glyph => {
    if (PLAIN.test(segment) || (segment < '\u1100' && NARROW.test(segment))) return { text: segment, width: 1 };
    return WIDE.test(segment) ? { text: segment, width: 2 } : REPLACEMENT;
  });
}

/** How many cells a text takes. */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : glyphs(text).reduce((total, { width }) => total + width, 0);
}

/** The first of some wordings, best first, that fits; null where none does. */
export function firstFitting(wordings: readonly string[], width: number): string | null {
  return wordings.find((wording) => textWidth(wording) <= width) ?? null;
}

/** A text, or as much of its beginning as fits, with a mark that there is more. */
export function shortened(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  for (const glyph of glyphs(text)) {
    if (textWidth(kept) + glyph.width >= width) break;
    kept += glyph.text;
  }
  return width < 1 ? '' : `${kept}…`;
}

/** A name, or as much of its beginning and its end as fits: names that begin alike often differ at the end. */
export function shortenedName(name: string, width: number): string {
  if (textWidth(name) <= width || width < LEAST_OF_NAME) return shortened(name, width);
  const end = glyphs(name).slice(-Math.floor((width - 1) / 3));
  const tail = end.map(({ text }) => text).join('');
  return `${shortened(name, width - textWidth(tail))}${tail}`;
}

const LEAST_OF_NAME = 8;

/** A text in lines no wider than `width`, broken between words; null where a word alone is wider. */
export function wrapWords(text: string, width: number): string[] | null {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    if (textWidth(word) > width) return null;
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A text in lines no wider than `width`, broken between words, and within a word only where that alone is wider. */
export function wrapText(text: string, width: number): string[] {
  const words = text.split(' ').flatMap((word) => (textWidth(word) > width ? broken(word, width) : [word]));
  return wrapWords(words.join(' '), width) ?? [];
}

function broken(word: string, width: number): string[] {
  const pieces = [''];
  for (const { text } of glyphs(word)) {
    if (textWidth(`${pieces.at(-1)}${text}`) > width) pieces.push('');
    pieces.push(`${pieces.pop()}${text}`);
  }
  return pieces;
}
