import type { InputFault } from '../../fixtures/input-error.ts';
import { type SettablePath, settablePaths } from '../../fixtures/paths.ts';
import type { Options } from '../commands/options.ts';
import { actionOf, type Binding } from './bindings.ts';
import { isFaulty, withSetting } from './parameters.ts';

/** The prompt at which a parameter is set. */
export interface EditState {
  readonly options: Options;
  readonly paths: readonly SettablePath[];
  /** Paths that were set before, the latest first. */
  readonly recent: readonly string[];
  readonly onlyRecent: boolean;
  /** What was typed: a path, or `path=value`. */
  readonly text: string;
  /** Which of the candidates was chosen with the arrows; null: none was, and the first is marked. */
  readonly choice: number | null;
}

type EditAction = 'complete' | 'up' | 'down' | 'apply' | 'clear' | 'default' | 'recent' | 'erase' | 'cancel';

/** The keys of the prompt; every other character is typed. */
export const EDIT_KEYS: readonly Binding<EditAction>[] = [
  { shown: 'Tab', help: 'complete', hint: 'Tab complete', keys: { tab: 'complete' } },
  { shown: '↑↓', help: 'choose', hint: '↑↓', keys: { up: 'up', down: 'down' } },
  { shown: 'Enter', help: 'set it; the sweep restarts', hint: 'Enter set', keys: { return: 'apply' } },
  { shown: '^U', help: 'clear', hint: '^U clear', keys: { 'ctrl-u': 'clear' } },
  { shown: '^D', help: 'the default', hint: '^D default', keys: { 'ctrl-d': 'default' } },
  { shown: '^R', help: 'only what was set before', hint: '^R recent', keys: { 'ctrl-r': 'recent' } },
  { shown: 'Backspace', help: 'erase', hint: '', keys: { backspace: 'erase', delete: 'erase' } },
  { shown: 'Esc', help: 'cancel', hint: 'Esc cancel', keys: { escape: 'cancel' } },
];

/** What a sweep sets itself, to each of its rates. */
const SWEPT = 'arrivals.ratePerSecond';

export function beginEdit(options: Options, recent: readonly string[]): EditState {
  const paths = settablePaths(options.scenario).filter(({ path }) => path !== SWEPT);
  return { options, paths, recent, onlyRecent: false, text: '', choice: null };
}

export function pressEdit(state: EditState, key: string): EditState | 'cancelled' | { readonly applied: Options; readonly path: string } {
  const action = actionOf(key, EDIT_KEYS);
  const typed = (text: string): EditState => ({ ...state, text, choice: null });
  switch (action) {
    case null:
      return key.length > 1 && !/^.$/u.test(key) ? state : typed(state.text + key);
    case 'cancel':
      return 'cancelled';
    case 'erase':
      return typed(state.text.replace(/.$/su, ''));
    case 'clear':
      return typed('');
    case 'recent':
      return { ...state, onlyRecent: !state.onlyRecent && state.recent.length > 0, choice: null };
    case 'up':
    case 'down': {
      const last = candidates(state).length - 1;
      return { ...state, choice: Math.max(0, Math.min(last, marked(state) + (action === 'up' ? -1 : 1))) };
    }
    case 'complete':
      return typed(completed(state));
    case 'default': {
      const path = settingOf(state)?.path ?? chosen(state)?.path;
      const byDefault = state.paths.find((known) => known.path === path)?.byDefault;
      return path === undefined || byDefault == null ? state : typed(`${path}=${byDefault}`);
    }
    case 'apply': {
      if (settingOf(state) === null) return typed(completed(state));
      const judged = judgementOf(state);
      return judged === null || isFaulty(judged.verdict) ? state : { applied: judged.verdict, path: judged.setting.path };
    }
  }
}

/** The longest text that the prompt takes, characters. */
export const LONGEST_TEXT = 10_000;

/** The prompt with a pasted text, without its line ends and other control characters; null where that is longer than it takes. */
export function pasteEdit(state: EditState, pasted: string): EditState | null {
  const text = state.text + pasted.replaceAll(/\p{Cc}/gu, '');
  return text.length > LONGEST_TEXT ? null : { ...state, text, choice: null };
}

/** What can be chosen at the prompt: a path, or once there is one, a value of it. */
export interface Candidate extends SettablePath {
  /** What the prompt holds when it is taken. */
  readonly text: string;
}

export function candidates(state: EditState): readonly Candidate[] {
  const { paths, recent, onlyRecent } = state;
  const setting = settingOf(state);
  if (setting !== null) {
    const known = paths.find(({ path }) => path === setting.path);
    if (known === undefined) return [];
    const values = known.choices.filter((choice) => choice.startsWith(setting.value));
    return values.map((value) => ({ ...known, text: `${known.path}=${value}` }));
  }
  const offered = onlyRecent ? recent.flatMap((path) => paths.find((known) => known.path === path) ?? []) : ranked(paths);
  const word = typedPath(state).toLowerCase();
  const found = offered.map((known) => ({ known, rank: rankOf(known.path.toLowerCase(), word) })).sort((a, b) => a.rank - b.rank);
  const most = (found[0]?.rank ?? Infinity) < SCATTERED ? SCATTERED - 1 : SCATTERED;
  return found.filter(({ rank }) => rank <= most).map(({ known }) => ({ ...known, text: `${known.path}=` }));
}

/** What is changed most stands first: the service, then the world around it, then how it is measured. */
const FIRST = [
  'pods.count',
  'pods.workers',
  'pods.queueCapacity',
  'database',
  'smtp.timeoutMs',
  'balancer',
  'smtp',
  'arrivals',
  'faults',
  'pods',
  'run',
];

function ranked(paths: readonly SettablePath[]): SettablePath[] {
  const place = ({ path }: SettablePath) => {
    const found = FIRST.findIndex((first) => path === first || path.startsWith(`${first}.`));
    return found < 0 ? FIRST.length : found;
  };
  return paths.toSorted((a, b) => place(a) - place(b));
}

const SCATTERED = 3;

/** How well a path goes with what was typed: it begins so, a part of it does, it has it in it, or at least its letters in that order. */
function rankOf(path: string, word: string): number {
  if (path.startsWith(word)) return 0;
  if (path.includes(`.${word}`)) return 1;
  if (path.includes(word)) return 2;
  let at = -1;
  for (const letter of word) {
    at = path.indexOf(letter, at + 1);
    if (at < 0) return Infinity;
  }
  return SCATTERED;
}

/** Which of the candidates is marked. */
export function marked({ choice }: EditState): number {
  return choice ?? 0;
}

/** The candidate that is chosen; where a value is typed that needs no choosing, the path that it is for. */
export function chosen(state: EditState): Candidate | undefined {
  const setting = settingOf(state);
  const known = state.paths.find(({ path }) => path === setting?.path);
  return candidates(state)[marked(state)] ?? (known && { ...known, text: state.text });
}

function completed(state: EditState): string {
  return chosen(state)?.text ?? state.text;
}

export interface Setting {
  readonly path: string;
  readonly value: string;
}

/** What was typed as path and value; null where it is not that far. */
export function settingOf(state: EditState): Setting | null {
  const [, value] = /^\s*[^=\s]+\s*=(.*)$/s.exec(state.text) ?? [];
  return value === undefined ? null : { path: typedPath(state), value };
}

/** The path that was typed so far, as it is offered: ISPs, the only entries that have names, by these instead of by their index. */
function typedPath({ text, options }: EditState): string {
  const { isps } = options.scenario.smtp;
  const path = text.split('=', 1)[0]!.trim();
  return path.replace(/^smtp\.isps\.(\d+)(?=\.|$)/, (_, index: string) => `smtp.isps.${isps[Number(index)]?.name ?? index}`);
}

/** What Enter would set, and the options with it or all that is wrong with it. */
export interface Judgement {
  readonly setting: Setting;
  readonly verdict: Options | readonly InputFault[];
}

const judgements = new WeakMap<EditState, Judgement | null>(); // judging reads files: once a key, not once a frame

/** Null while nothing is to be judged. */
export function judgementOf(state: EditState): Judgement | null {
  if (!judgements.has(state)) judgements.set(state, judge(state));
  return judgements.get(state)!;
}

/** What was typed, if it is fit and nothing was chosen with the arrows; else the value that is marked. A path that leads nowhere is told at once. */
function judge(state: EditState): Judgement | null {
  const { options, onlyRecent, choice } = state;
  const offered = candidates(state)[marked(state)];
  const setting = settingOf(state);
  if (setting === null) return offered !== undefined || onlyRecent ? null : judged(options, { path: typedPath(state), value: '' });
  const typed = judged(options, setting);
  if (offered === undefined || (choice === null && typed !== null && !isFaulty(typed.verdict))) return typed;
  return judged(options, settingOf({ ...state, text: offered.text })!);
}

/** Of a value that is still to come only the path is judged. */
function judged(options: Options, setting: Setting): Judgement | null {
  const { path, value } = setting;
  if (path === SWEPT) return { setting, verdict: [{ path, found: 'a field that the sweep sets', allowed: 'any other field' }] };
  const words = `${path}=${value}`;
  const read = withSetting(options, words);
  if (!isFaulty(read)) return value === '' ? null : { setting, verdict: read };
  const option = `--set ${words}`;
  const verdict = read
    .filter((fault) => value !== '' || fault.path.startsWith(option))
    .map((fault) => ({ ...fault, path: fault.path.replace(option, () => path) }));
  return verdict.length === 0 ? null : { setting, verdict };
}
