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
  /** Which of the candidates is chosen. */
  readonly choice: number;
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

export function beginEdit(options: Options, recent: readonly string[]): EditState {
  return { options, paths: settablePaths(options.scenario), recent, onlyRecent: false, text: '', choice: 0 };
}

export function pressEdit(state: EditState, key: string): EditState | 'cancelled' | { readonly applied: Options; readonly path: string } {
  const action = actionOf(key, EDIT_KEYS);
  const typed = (text: string): EditState => ({ ...state, text, choice: 0 });
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
      return { ...state, onlyRecent: !state.onlyRecent && state.recent.length > 0, choice: 0 };
    case 'up':
    case 'down': {
      const last = candidates(state).length - 1;
      return { ...state, choice: Math.max(0, Math.min(last, state.choice + (action === 'up' ? -1 : 1))) };
    }
    case 'complete':
      return typed(completed(state));
    case 'default': {
      const path = settingOf(state.text)?.path ?? chosen(state)?.path;
      const byDefault = state.paths.find((known) => known.path === path)?.byDefault;
      return path === undefined || byDefault == null ? state : typed(`${path}=${byDefault}`);
    }
    case 'apply': {
      const setting = settingOf(state.text);
      if (setting === null) return typed(completed(state));
      const verdict = verdictOf(state);
      return verdict === null || isFaulty(verdict) ? state : { applied: verdict, path: setting.path };
    }
  }
}

/** What can be chosen at the prompt: a path, or once there is one, a value of it. */
export interface Candidate extends SettablePath {
  /** What the prompt holds when it is taken. */
  readonly text: string;
}

export function candidates(state: EditState): readonly Candidate[] {
  const { paths, recent, onlyRecent, text } = state;
  const setting = settingOf(text);
  if (setting !== null) {
    const known = paths.find(({ path }) => path === setting.path);
    if (known === undefined) return [];
    const values = known.choices.filter((choice) => choice.startsWith(setting.value));
    return values.map((value) => ({ ...known, text: `${known.path}=${value}` }));
  }
  const offered = onlyRecent ? recent.flatMap((path) => paths.find((known) => known.path === path) ?? []) : ranked(paths);
  const word = text.trim().toLowerCase();
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

/** The candidate that is chosen; where a value is typed that needs no choosing, the path that it is for. */
export function chosen(state: EditState): Candidate | undefined {
  const setting = settingOf(state.text);
  const known = state.paths.find(({ path }) => path === setting?.path);
  return candidates(state)[state.choice] ?? (known && { ...known, text: state.text });
}

function completed(state: EditState): string {
  return chosen(state)?.text ?? state.text;
}

/** What was typed as path and value; null where it is not that far. */
export function settingOf(text: string): { readonly path: string; readonly value: string } | null {
  const [, path, value] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(text) ?? [];
  return path === undefined || value === undefined ? null : { path, value };
}

type Verdict = Options | readonly InputFault[] | null;

const verdicts = new WeakMap<EditState, Verdict>(); // judging reads files: once a key, not once a frame

/** The options with what was typed, or all that is wrong with it; null while nothing is to be judged. */
export function verdictOf(state: EditState): Verdict {
  if (!verdicts.has(state)) verdicts.set(state, judge(state));
  return verdicts.get(state)!;
}

function judge({ options, text }: EditState): Verdict {
  const setting = settingOf(text);
  if (setting === null || setting.value === '') return null;
  return withSetting(options, `${setting.path}=${setting.value}`);
}
