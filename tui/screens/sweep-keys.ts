import type { Binding } from '../shell/bindings.ts';
import type { ShellAction } from '../shell/shell-keys.ts';
import { CHARTS, type SweepEvent } from './sweep-state.ts';

const PAGE = 5; // rates
const move = (by: number): SweepEvent => ({ kind: 'move', by });
const [back, forth] = [move(-1), move(1)];
const [first, last] = [move(Number.NEGATIVE_INFINITY), move(Number.POSITIVE_INFINITY)];

/** The keys of the sweep screen, in the order of the footer. `c` and `v` are kept for screens to come. */
export const SWEEP_KEYS: readonly Binding<SweepEvent | ShellAction>[] = [
  {
    shown: '←→↑↓ hjkl',
    help: 'rate, chart and table',
    hint: '←→ rate',
    keys: { left: back, up: back, h: back, k: back, right: forth, down: forth, l: forth, j: forth },
  },
  { shown: 'Enter', help: 'look inside this rate', hint: 'Enter inside', keys: { return: 'inside' } },
  { shown: 's', help: 'next seed', hint: 's seed', keys: { s: 'next seed' } },
  { shown: 'r', help: 'finer rates at the cursor', hint: 'r refine', keys: { r: 'refine' } },
  { shown: 'Space', help: 'pause, and go on', hint: 'Space pause', keys: { ' ': { kind: 'pause' } } },
  {
    shown: '1 2 3',
    help: 'enlarge a chart, and back',
    hint: '1-3 zoom',
    keys: Object.fromEntries(CHARTS.map((chart, i) => [`${i + 1}`, { kind: 'enlarge', chart }])),
  },
  { shown: 'y', help: '503 axis: log or linear', hint: 'y axis', keys: { y: { kind: 'axis' } } },
  { shown: 'PgUp PgDn', help: 'five rates', hint: '', keys: { pageup: move(-PAGE), pagedown: move(PAGE) } },
  { shown: 'g G', help: 'first, last; Home, End', hint: '', keys: { g: first, home: first, G: last, end: last } },
  { shown: 'b', help: 'layer: 95% interval', hint: 'btmp layers', keys: { b: { kind: 'layer', layer: 'band' } } },
  { shown: 't', help: 'layer: theory', hint: '', keys: { t: { kind: 'layer', layer: 'theory' } } },
  { shown: 'm', help: 'layer: measured', hint: '', keys: { m: { kind: 'layer', layer: 'measured' } } },
  { shown: 'p', help: 'layer: previous curve', hint: '', keys: { p: { kind: 'layer', layer: 'previous' } } },
];
