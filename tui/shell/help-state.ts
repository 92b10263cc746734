import { INSIDE_KEYS } from '../screens/inside-keys.ts';
import { SWEEP_KEYS } from '../screens/sweep-keys.ts';
import { actionOf, type Binding } from './bindings.ts';
import { EDIT_KEYS } from './edit-state.ts';
import { ALWAYS, ANYWHERE, EVERYWHERE } from './shell-keys.ts';

/** The help over a screen. */
export interface HelpState {
  /** Only what has this in it is shown. */
  readonly filter: string;
  /** Rows that are above the window. */
  readonly scroll: number;
}

/** What the help tells, section by section. */
export const SECTIONS: readonly { readonly title: string; readonly bindings: readonly Binding<unknown>[] }[] = [
  { title: 'EVERYWHERE', bindings: [...EVERYWHERE, ...ANYWHERE, ...ALWAYS] },
  { title: 'SWEEP', bindings: SWEEP_KEYS },
  { title: 'INSIDE', bindings: INSIDE_KEYS },
  { title: 'SET A PARAMETER', bindings: EDIT_KEYS },
];

type HelpAction = 'up' | 'down' | 'page up' | 'page down' | 'first' | 'last' | 'close' | 'erase';

export const HELP_KEYS: readonly Binding<HelpAction>[] = [
  { shown: '↑↓', help: 'scroll', hint: '↑↓ scroll', keys: { up: 'up', down: 'down' } },
  {
    shown: 'PgUp PgDn Home End',
    help: 'a page; the beginning, the end',
    hint: '',
    keys: { pageup: 'page up', pagedown: 'page down', home: 'first', end: 'last' },
  },
  { shown: 'a-z', help: 'show only what has these letters', hint: 'a-z filter', keys: { backspace: 'erase', delete: 'erase' } },
  { shown: 'Esc', help: 'close', hint: 'Esc close', keys: { escape: 'close', return: 'close', '?': 'close' } },
];

export function beginHelp(): HelpState {
  return { filter: '', scroll: 0 };
}

/** How many rows the help has and how many of them can be seen at once. */
export interface HelpRows {
  readonly all: number;
  readonly seen: number;
}

/** The help after a key; null where it is closed. Letters filter, but `q` as the first one closes as well. */
export function pressHelp(state: HelpState, key: string, { all, seen }: HelpRows): HelpState | null {
  const scrolled = (scroll: number) => ({ ...state, scroll: Math.max(0, Math.min(scroll, all - seen)) });
  const action = key === 'q' && state.filter === '' ? 'close' : actionOf(key, HELP_KEYS);
  switch (action) {
    case 'close':
      return null;
    case 'up':
      return scrolled(state.scroll - 1);
    case 'down':
      return scrolled(state.scroll + 1);
    case 'page up':
      return scrolled(state.scroll - seen);
    case 'page down':
      return scrolled(state.scroll + seen);
    case 'first':
      return scrolled(0);
    case 'last':
      return scrolled(all);
    case 'erase':
      return { filter: state.filter.replace(/.$/su, ''), scroll: 0 };
    case null:
      return /^.$/u.test(key) ? { filter: state.filter + key, scroll: 0 } : state;
  }
}

const LONGEST_FILTER = 20;

/** The help after a text was pasted, as a sign that is on the screen: it filters. */
export function pasteHelp(state: HelpState, text: string): HelpState {
  const [first = ''] = text.trim().split(/\p{Control}/u, 1);
  return {
    filter: Array.from(state.filter + first)
      .slice(0, LONGEST_FILTER)
      .join(''),
    scroll: 0,
  };
}
