import type { SettablePath } from '../../fixtures/paths.ts';
import type { Options, RawOptions } from '../commands/options.ts';
import { actionOf, type Binding } from './bindings.ts';
import { beginning, candidates, chosen, completed, marked, settingOf } from './candidates.ts';
import { judgementOf } from './judgement.ts';
import { isFaulty } from './parameters.ts';
import { settables } from './settables.ts';
import { editLine, LINE_KEYS, type LineAction, lineOf, type TypedLine, typeInto } from './typed-line.ts';

/** The prompt at which a parameter is set: a path or `path=value`, or options as on a command line. */
export interface EditState extends TypedLine {
  readonly options: Options;
  /** What can be set. */
  readonly paths: readonly SettablePath[];
  /** Paths that were set before, the latest first. */
  readonly recent: readonly string[];
  readonly onlyRecent: boolean;
  /** Which of the candidates was chosen with the arrows; null: none was, and the first is marked. */
  readonly choice: number | null;
}

type EditAction = 'complete' | 'up' | 'down' | 'page up' | 'page down' | 'apply' | 'default' | 'recent' | 'cancel' | LineAction;

/** The keys of the prompt; every other character is typed. */
export const EDIT_KEYS: readonly Binding<EditAction>[] = [
  { shown: 'Tab', help: 'complete', hint: 'Tab complete', keys: { tab: 'complete' } },
  {
    shown: '↑↓',
    help: 'choose; also PgUp, PgDn',
    hint: '↑↓',
    keys: { up: 'up', down: 'down', pageup: 'page up', pagedown: 'page down' },
  },
  { shown: 'Enter', help: 'set it; the sweep restarts', hint: 'Enter set', keys: { return: 'apply' } },
  ...LINE_KEYS,
  { shown: '^D', help: 'the default', hint: '^D default', keys: { 'ctrl-d': 'default' } },
  { shown: '^R', help: 'only what was set before', hint: '^R recent', keys: { 'ctrl-r': 'recent' } },
  { shown: 'Esc', help: 'cancel', hint: 'Esc cancel', keys: { escape: 'cancel' } },
];

const PAGE = 5; // candidates

/** The prompt with a text to begin with. */
export function beginEdit(options: Options, defaults: RawOptions, recent: readonly string[], text = ''): EditState {
  return { ...lineOf(text), options, paths: settables(options, defaults), recent, onlyRecent: false, choice: null };
}

/** The same prompt on options that have changed meanwhile. */
export function renewEdit(state: EditState, options: Options, defaults: RawOptions): EditState {
  return { ...state, options, paths: settables(options, defaults) };
}

/** What was set, by its paths. */
export interface Applied {
  readonly applied: Options;
  readonly paths: readonly string[];
}

export function pressEdit(state: EditState, key: string): EditState | 'cancelled' | Applied {
  const action = actionOf(key, EDIT_KEYS);
  const changed = (line: TypedLine): EditState => (line.text === state.text ? { ...state, ...line } : { ...state, ...line, choice: null });
  const typed = (text: string): EditState => changed(lineOf(text));
  const chosenBy = (by: number): EditState => {
    const last = candidates(state).length - 1;
    return { ...state, choice: Math.max(0, Math.min(last, marked(state) + by)) };
  };
  switch (action) {
    case null:
      return /^.$/u.test(key) && state.text.length < LONGEST_TEXT ? changed(typeInto(state, key)) : state;
    case 'cancel':
      return 'cancelled';
    case 'recent':
      return { ...state, onlyRecent: !state.onlyRecent && state.recent.length > 0, choice: null };
    case 'up':
      return chosenBy(-1);
    case 'down':
      return chosenBy(1);
    case 'page up':
      return chosenBy(-PAGE);
    case 'page down':
      return chosenBy(PAGE);
    case 'complete':
      return typed(completed(state));
    case 'default': {
      const path = settingOf(state)?.path ?? chosen(state)?.path;
      const known = state.paths.find((known) => known.path === path);
      return known?.byDefault == null ? state : typed(beginning(state, known.path) + known.byDefault);
    }
    case 'apply': {
      if (settingOf(state) === null) return typed(completed(state));
      const judged = judgementOf(state);
      if (judged === null || isFaulty(judged.verdict)) return state;
      return { applied: judged.verdict, paths: judged.settings.map(({ path }) => path) };
    }
    default:
      return changed(editLine(state, action));
  }
}

/** The longest text that the prompt takes, characters. */
export const LONGEST_TEXT = 10_000;

/** The prompt with a pasted text, without its line ends and other control characters; null where that is longer than it takes. */
export function pasteEdit(state: EditState, pasted: string): EditState | null {
  const line = typeInto(state, pasted.replaceAll(/\p{Cc}/gu, ''));
  return line.text.length > LONGEST_TEXT ? null : { ...state, ...line, choice: null };
}
