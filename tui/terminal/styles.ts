import type { Line } from './canvas.ts';

/** What a cell means; what that looks like depends on the terminal. Nothing is told by a style alone. */
export type Style =
  | ('plain' | 'strong' | 'faint' | 'selected')
  | ('model' | 'band' | 'knee' | 'theory' | 'ghost' | 'service' | 'bad')
  | ('statement' | 'isp0' | 'isp1' | 'isp2' | 'isp3' | 'late');

/** Colours of a terminal: none, 16, 256, or all. */
export type ColourDepth = 1 | 4 | 8 | 24;

type Look = Readonly<Record<Exclude<ColourDepth, 1>, string>>;

const same = (code: string): Look => ({ 4: code, 8: code, 24: code });

/** SGR codes. The colours are of Wong's palette (Nature Methods 8, 441, 2011), which the colour-blind can tell apart, or near to it. */
const LOOKS: Readonly<Record<Exclude<Style, 'plain'>, Look>> = {
  strong: same('1'),
  faint: same('2'),
  model: { 4: '1;36', 8: '1;38;5;74', 24: '1;38;2;86;180;233' }, // sky
  band: { 4: '34', 8: '38;5;25', 24: '38;2;0;114;178' }, // blue
  knee: { 4: '35', 8: '38;5;175', 24: '38;2;204;121;167' }, // reddish purple
  theory: { 4: '33', 8: '38;5;178', 24: '38;2;230;159;0' }, // orange
  ghost: { 4: '2', 8: '38;5;245', 24: '38;2;138;138;138' }, // grey
  service: { 4: '31', 8: '38;5;166', 24: '38;2;213;94;0' }, // vermilion
  bad: { 4: '31', 8: '38;5;166', 24: '38;2;213;94;0' },
  selected: same('7'),
  statement: { 4: '34', 8: '38;5;25', 24: '38;2;0;114;178' }, // blue
  // ISPs, in turn: sky, reddish purple, orange, bluish green
  isp0: { 4: '36', 8: '38;5;74', 24: '38;2;86;180;233' },
  isp1: { 4: '35', 8: '38;5;175', 24: '38;2;204;121;167' },
  isp2: { 4: '33', 8: '38;5;178', 24: '38;2;230;159;0' },
  isp3: { 4: '32', 8: '38;5;36', 24: '38;2;0;158;115' },
  late: { 4: '7;31', 8: '7;38;5;166', 24: '7;38;2;213;94;0' }, // vermilion
};

/** How many colours to use: none where NO_COLOR asks for that, which the libraries below Ink do not heed. */
export function colourDepth(stream: { getColorDepth(): number }, environment: NodeJS.ProcessEnv): ColourDepth {
  if (environment['NO_COLOR']) return 1;
  const depth = stream.getColorDepth();
  return depth >= 24 ? 24 : depth >= 8 ? 8 : depth >= 4 ? 4 : 1;
}

/** A line as a terminal of that depth takes it: with SGR sequences, or as plain text. */
export function encode(line: Line, depth: ColourDepth): string {
  return line.map(({ text, style }) => (style === 'plain' || depth === 1 ? text : `\x1b[${LOOKS[style][depth]}m${text}\x1b[0m`)).join('');
}
