import type { Binding } from './bindings.ts';

/** What can be carried away. */
export const EXPORT_FORMATS = ['json', 'csv', 'svg', 'command'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Of the files. */
export const ENDINGS: Readonly<Record<ExportFormat, string>> = { json: 'json', csv: 'csv', svg: 'svg', command: 'sh' };

/** The choice of what to carry away. */
export interface ExportState {
  readonly choice: number;
}

type ExportAction = { readonly write: ExportFormat } | 'up' | 'down' | 'first' | 'last' | 'apply' | 'cancel';

export const EXPORT_KEYS: readonly Binding<ExportAction>[] = [
  { shown: '↑↓', help: 'choose', hint: '↑↓ choose', keys: { up: 'up', down: 'down', k: 'up', j: 'down' } },
  {
    shown: 'g G',
    help: 'first, last; Home, End',
    hint: '',
    keys: { g: 'first', home: 'first', pageup: 'first', G: 'last', end: 'last', pagedown: 'last' },
  },
  { shown: 'Enter', help: 'write it', hint: 'Enter write', keys: { return: 'apply' } },
  {
    shown: '1 2 3 4',
    help: 'write JSON, CSV, SVG, the command line',
    hint: '1-4 write at once',
    keys: Object.fromEntries(EXPORT_FORMATS.map((write, i) => [`${i + 1}`, { write }])),
  },
  { shown: 'Esc', help: 'cancel', hint: 'Esc cancel', keys: { escape: 'cancel', e: 'cancel', q: 'cancel' } },
];

export function beginExport(): ExportState {
  return { choice: 0 };
}

/** The choice after a key, what is to be written, or null where nothing is. */
export function reduceExport(state: ExportState, action: ExportAction | null): ExportState | { readonly write: ExportFormat } | null {
  switch (action) {
    case null:
      return state;
    case 'cancel':
      return null;
    case 'up':
      return { choice: Math.max(0, state.choice - 1) };
    case 'down':
      return { choice: Math.min(EXPORT_FORMATS.length - 1, state.choice + 1) };
    case 'first':
      return { choice: 0 };
    case 'last':
      return { choice: EXPORT_FORMATS.length - 1 };
    case 'apply':
      return { write: EXPORT_FORMATS[state.choice]! };
    default:
      return action;
  }
}
