/** Colours of a terminal: none, 16, 256, or all. */
export type ColourDepth = 1 | 4 | 8 | 24;

/** What is set to the empty string counts as not set, as no-color.org and others have it. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How many colours to use in a terminal of this environment. A person's wish comes before what the terminal can: NO_COLOR, then FORCE_COLOR
 * (0 none, 1 to 3 these many, else some), CLICOLOR_FORCE (some), CLICOLOR=0 (none).
 */
export function colourDepth(environment: Environment, platform: string = process.platform): ColourDepth {
  const { NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR } = environment;
  const able = ability(environment, platform);
  const some = able === 1 ? 4 : able;
  if (NO_COLOR) return 1;
  if (FORCE_COLOR) return FORCED[FORCE_COLOR.toLowerCase()] ?? some;
  if (CLICOLOR_FORCE && CLICOLOR_FORCE !== '0') return some;
  return CLICOLOR === '0' ? 1 : able;
}

const FORCED: Readonly<Record<string, ColourDepth>> = { 0: 1, false: 1, 1: 4, 2: 8, 3: 24 };

// Names of terminals as terminfo has them. What is here named monochrome is so whatever COLORTERM says: that was inherited from another one.
const MONOCHROME = /^(dumb|unknown|network|vt\d+|ansi-m|adm|tvi|wy|hp|sun$|xterm-vt|.*-(m|mono|nocolor)$)/;
const ALL = /-(direct\d*|truecolor)$|^(alacritty|contour|foot|ghostty|rio|wezterm|xterm-ghostty|xterm-kitty)\b/;
const MANY = /-256(color)?\b/;
const SIXTEEN = /color|ansi|xterm|screen|tmux|rxvt|linux|cygwin|konsole|putty|eterm|kterm|cons25|mintty|msys|gnome|^st\b|^vte\b/;
const PROGRAMS: Readonly<Record<string, ColourDepth>> = {
  'iTerm.app': 24,
  Apple_Terminal: 8,
  WezTerm: 24,
  Hyper: 24,
  vscode: 24,
  ghostty: 24,
};

function ability(environment: Environment, platform: string): ColourDepth {
  const term = environment['TERM']?.toLowerCase() ?? '';
  if (term === '') return platform === 'win32' ? 24 : 1; // the console of Windows has no name and, since 2016, all colours
  if (/^vt\d+.*color/.test(term)) return 4;
  if (MONOCHROME.test(term)) return 1;
  const inMultiplexer = /^(screen|tmux)/.test(term); // it has colours of its own, wherever it runs
  const inherited = inMultiplexer && environment['STY']; // GNU screen hands COLORTERM on, but does not know all colours
  if ((/^(truecolor|24bit)$/.test(environment['COLORTERM'] ?? '') && !inherited) || ALL.test(term)) return 24;
  const ofProgram = inMultiplexer ? undefined : PROGRAMS[environment['TERM_PROGRAM'] ?? ''];
  if (ofProgram !== undefined) return ofProgram;
  if (MANY.test(term)) return 8;
  return SIXTEEN.test(term) || environment['COLORTERM'] ? 4 : 1;
}
