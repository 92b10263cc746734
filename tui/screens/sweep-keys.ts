import { CHARTS, type SweepEvent } from './sweep-state.ts';

/** What a key of the sweep screen does. */
export type SweepAction = SweepEvent | 'quit';

interface Binding {
  /** As the footer shows it, long and short. */
  readonly label: string;
  readonly keys: Readonly<Record<string, SweepAction>>;
}

const back: SweepAction = { kind: 'move', by: -1 };
const forth: SweepAction = { kind: 'move', by: 1 };
const first: SweepAction = { kind: 'move', by: Number.NEGATIVE_INFINITY };
const last: SweepAction = { kind: 'move', by: Number.POSITIVE_INFINITY };

/** The keys, in the order of the footer; what it says and what they do come from here. */
export const BINDINGS: readonly Binding[] = [
  { label: '←→ rate', keys: { left: back, up: back, h: back, k: back, right: forth, down: forth, l: forth, j: forth } },
  { label: 'g G first, last', keys: { g: first, home: first, G: last, end: last } },
  { label: '1 2 3 chart', keys: Object.fromEntries(CHARTS.map((chart, i) => [`${i + 1}`, { kind: 'enlarge', chart }])) },
  { label: 'q quit', keys: { q: 'quit', 'ctrl-c': 'quit' } },
];

const ACTIONS = new Map(BINDINGS.flatMap(({ keys }) => Object.entries(keys)));

/** What a key does; null where it does nothing. */
export function actionOf(key: string): SweepAction | null {
  return ACTIONS.get(key) ?? null;
}
