/** One character as a terminal shows it, and how many cells it takes. */
export interface Glyph {
  readonly text: string;
  readonly width: 1 | 2;
}

// East Asian wide and fullwidth letters, and emoji: what terminals agree to draw in two cells.
const WIDE = /^[ᄀ-ᅟ⺀-〾ぁ-㏿㐀-䶿一-鿿ꀀ-꓏ꥠ-ꥼ가-힣豈-﫿︰-﹏＀-｠￠-￦]$|^\p{Emoji_Presentation}$/u;
const CELLS_UNKNOWN = /[\p{Control}\p{Format}\p{Mark}\p{Surrogate}\p{Unassigned}\p{Private_Use}\p{Line_Separator}\p{Paragraph_Separator}]/u;
// What nearly all of the screen is made of: ASCII, Latin-1, dashes, arrows, boxes, blocks, braille. One cell each, and cheap to tell.
const NARROW = /^[ -~¡-¬®-ÿ–—…←-↙─-◷⠀-⣿]*$/;
const REPLACEMENT: Glyph = { text: '�', width: 1 };
const segmenter = new Intl.Segmenter();

/** The glyphs of a text. What terminals disagree about, or would obey (control characters), becomes a replacement character. */
export function glyphs(text: string): Glyph[] {
  if (NARROW.test(text)) return text.split('').map((character) => ({ text: character, width: 1 }));
  return Array.from(segmenter.segment(text.normalize('NFC')), ({ segment }): Glyph => {
    const isOne = [...segment].length === 1;
    if (!isOne || CELLS_UNKNOWN.test(segment)) return REPLACEMENT;
    return { text: segment, width: WIDE.test(segment) ? 2 : 1 };
  });
}

/** How many cells a text takes. */
export function textWidth(text: string): number {
  return NARROW.test(text) ? text.length : glyphs(text).reduce((total, { width }) => total + width, 0);
}

/** The first of some wordings, best first, that fits; null where none does. */
export function firstFitting(wordings: readonly string[], width: number): string | null {
  return wordings.find((wording) => textWidth(wording) <= width) ?? null;
}

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
