import { inAscii } from './ascii.ts';
import type { Line } from './canvas.ts';
import { type ColourDepth, colourDepth } from './colour-depth.ts';

/** What a cell means; what that looks like depends on the terminal. Nothing is told by a style alone, but for where the cursor is. */
export type Style =
  | ('plain' | 'strong' | 'faint' | 'selected' | 'cursor')
  | ('model' | 'band' | 'knee' | 'theory' | 'ghost' | 'service' | 'bad')
  | ('statement' | 'isp0' | 'isp1' | 'isp2' | 'isp3' | 'late');

export type Theme = 'dark' | 'light';

/** What a terminal can show. */
export interface Look {
  readonly depth: ColourDepth;
  /** Of the background. */
  readonly theme: Theme;
  /** Whether ASCII is all that it can show. */
  readonly ascii: boolean;
}

type Codes = Readonly<Record<Exclude<ColourDepth, 1>, string>>;

const same = (code: string): Codes => ({ 4: code, 8: code, 24: code });

/*
 * SGR codes. The colours are of Wong's palette (Nature Methods 8, 441, 2011), which the colour-blind can tell apart, or near to it. On a light
 * background its light ones, sky, orange and the purple, are darkened or give way to blue: they would be too weak there.
 */
type Codebook = Readonly<Record<Exclude<Style, 'plain' | 'cursor'>, Codes>>;
const REVERSED = '7'; // which is no colour, and what the cursor is in every terminal

const COMMON = { strong: same('1'), faint: same('2'), selected: same(REVERSED) };

const DARK: Codebook = {
  ...COMMON,
  model: { 4: '1;36', 8: '1;38;5;74', 24: '1;38;2;86;180;233' }, // sky
  band: { 4: '34', 8: '38;5;25', 24: '38;2;0;114;178' }, // blue
  knee: { 4: '35', 8: '38;5;175', 24: '38;2;204;121;167' }, // reddish purple
  theory: { 4: '33', 8: '38;5;178', 24: '38;2;230;159;0' }, // orange
  ghost: { 4: '37', 8: '38;5;245', 24: '38;2;138;138;138' }, // grey
  service: { 4: '31', 8: '38;5;166', 24: '38;2;213;94;0' }, // vermilion
  bad: { 4: '31', 8: '38;5;166', 24: '38;2;213;94;0' },
  statement: { 4: '34', 8: '38;5;25', 24: '38;2;0;114;178' }, // blue
  // ISPs, in turn: sky, reddish purple, orange, bluish green
  isp0: { 4: '36', 8: '38;5;74', 24: '38;2;86;180;233' },
  isp1: { 4: '35', 8: '38;5;175', 24: '38;2;204;121;167' },
  isp2: { 4: '33', 8: '38;5;178', 24: '38;2;230;159;0' },
  isp3: { 4: '32', 8: '38;5;36', 24: '38;2;0;158;115' },
  late: { 4: '7;31', 8: '7;38;5;166', 24: '7;38;2;213;94;0' }, // vermilion
};

const LIGHT: Codebook = {
  ...COMMON,
  model: { 4: '1;34', 8: '1;38;5;25', 24: '1;38;2;0;114;178' }, // blue
  band: { 4: '36', 8: '38;5;67', 24: '38;2;60;130;170' }, // sky, darkened
  knee: { 4: '35', 8: '38;5;132', 24: '38;2;160;75;122' }, // reddish purple, darkened
  theory: { 4: '33', 8: '38;5;130', 24: '38;2;160;100;0' }, // orange, darkened
  ghost: { 4: '90', 8: '38;5;242', 24: '38;2;108;108;108' },
  service: { 4: '31', 8: '38;5;166', 24: '38;2;190;80;0' },
  bad: { 4: '31', 8: '38;5;166', 24: '38;2;190;80;0' },
  statement: { 4: '34', 8: '38;5;25', 24: '38;2;0;114;178' },
  isp0: { 4: '36', 8: '38;5;67', 24: '38;2;60;130;170' },
  isp1: { 4: '35', 8: '38;5;132', 24: '38;2;160;75;122' },
  isp2: { 4: '33', 8: '38;5;130', 24: '38;2;160;100;0' },
  isp3: { 4: '32', 8: '38;5;29', 24: '38;2;0;120;88' },
  late: { 4: '7;31', 8: '7;38;5;166', 24: '7;38;2;190;80;0' },
};

const CODEBOOKS: Readonly<Record<Theme, Codebook>> = { dark: DARK, light: LIGHT };

/** What the terminal can show, as far as it and the environment say, and as it was asked for. */
export function lookOf(
  environment: NodeJS.ProcessEnv,
  { theme = null, ascii = false }: { readonly theme?: Theme | null; readonly ascii?: boolean } = {},
): Look {
  return {
    depth: colourDepth(environment),
    theme: theme ?? backgroundOf(environment),
    ascii: ascii || !showsUnicode(environment),
  };
}

/** COLORFGBG is 'foreground;background' in the numbers of the 16 colours, of which 7 and those from 9 on are light. */
function backgroundOf(environment: NodeJS.ProcessEnv): Theme {
  const background = Number(environment['COLORFGBG']?.split(';').at(-1) || Number.NaN);
  return background === 7 || background >= 9 ? 'light' : 'dark';
}

/** Not where a locale is stated that is not of UTF-8, nor on Linux' own console, whose font has no braille. */
function showsUnicode(environment: NodeJS.ProcessEnv): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'];
  return environment['TERM'] !== 'linux' && (!locale || /utf-?8/i.test(locale));
}

/** A line as the terminal takes it: with SGR sequences, or as plain text. */
export function encode(line: Line, { depth, theme, ascii }: Look): string {
  return (ascii ? inAscii(line) : line)
    .map(({ text, style }) => {
      if (style === 'cursor') return `\x1b[${REVERSED}m${text}\x1b[0m`;
      return style === 'plain' || depth === 1 ? text : `\x1b[${CODEBOOKS[theme][style][depth]}m${text}\x1b[0m`;
    })
    .join('');
}
