import { wrapText } from '../terminal/text.ts';

// What the pictures of all screens share.

// Wong's palette (Nature Methods 8, 441, 2011).
export const BLUE = '#0072b2';
export const SKY = '#56b4e9';
export const ORANGE = '#e69f00';
export const VERMILION = '#d55e00';
export const GREEN = '#009e73';
export const PURPLE = '#cc79a7';
export const GREY = '#8a8a8a';
export const INK = '#222222';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Where its text begins. */
  readonly left: number;
  readonly title: string;
  /** Of mailsim. */
  readonly version: string;
  /** What makes it again. */
  readonly command: string;
}

const MARGIN = 20;
const COMMAND = { y: 48, advance: 7.25, leading: 16 } as const; // of monospace at 12 px

/** A picture with its head, of the elements of its body, which make room for a command of several lines. */
export function picture({ width, height, left, title, version, command }: Picture, body: readonly string[]): string {
  const lines = wrapText(command, Math.floor((width - left - MARGIN) / COMMAND.advance));
  const down = (lines.length - 1) * COMMAND.leading;
  const whole = height + down;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${whole}" width="${width}" height="${whole}" font-family="system-ui, sans-serif" font-size="13" fill="${INK}">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(command)}</desc>`,
    `<rect width="${width}" height="${whole}" fill="white"/>`,
    text(left, 28, `mailsim ${version}  ${title}`, 'font-size="17" font-weight="bold"'),
    ...lines.map((line, i) => text(left, COMMAND.y + i * COMMAND.leading, line, `font-family="monospace" font-size="12" fill="${GREY}"`)),
    `<g transform="translate(0 ${down})">`,
    ...body,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line x1="${digits(x1)}" y1="${digits(y1)}" x2="${digits(x2)}" y2="${digits(y2)}" ${style}/>`;
}

export function text(x: number, y: number, content: string, style = ''): string {
  return `<text x="${digits(x)}" y="${digits(y)}" ${style}>${escaped(content)}</text>`;
}

export function digits(value: number): string {
  return `${Number(value.toFixed(2))}`;
}

/** A text as XML has it; control characters, which it cannot have, are left out. */
function escaped(content: string): string {
  return content
    .replace(/\p{Control}/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** The parts of a curve, or of a band, that have no gap. */
export function unbroken<Known>(all: readonly (Known | null)[]): Known[][] {
  const parts: Known[][] = [[]];
  for (const one of all) {
    if (one === null) parts.push([]);
    else parts.at(-1)!.push(one);
  }
  return parts.filter((part) => part.length > 0);
}

/** A line over places of a picture; of a single place a dot, which is a line from there to there with round ends. */
export function polyline(places: readonly (readonly [x: number, y: number])[], style: string): string {
  const alone = places.length === 1;
  const points = (alone ? [...places, ...places] : places).map(([x, y]) => `${digits(x)},${digits(y)}`).join(' ');
  return `<polyline points="${points}" fill="none" stroke-width="${alone ? 4 : 2}" stroke-linecap="round" ${style}/>`;
}
