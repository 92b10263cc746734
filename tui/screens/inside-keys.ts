import type { Binding } from '../shell/bindings.ts';
import type { Strike } from './inside-faults.ts';
import type { InsideAction } from './inside-state.ts';

const seek = (byMs: number): InsideAction => ({ kind: 'seek', byMs });
const choose = (by: number): InsideAction => ({ kind: 'choose', by });
const speed = (by: number): InsideAction => ({ kind: 'speed', by });
const strike = (strike: Strike): InsideAction => ({ kind: 'strike', strike });

/** The keys of the inside screen, in the order of the footer. */
export const INSIDE_KEYS: readonly Binding<InsideAction>[] = [
  { shown: 'Space', help: 'play, pause', hint: 'Space play', keys: { ' ': { kind: 'play' } } },
  { shown: '.', help: 'one event', hint: '. step', keys: { '.': { kind: 'step' } } },
  {
    shown: '←→ hl',
    help: '1 s back, forth',
    hint: '←→ 1 s',
    keys: { left: seek(-1000), h: seek(-1000), right: seek(1000), l: seek(1000) },
  },
  {
    shown: 'H L',
    help: '0.1 s; also shift ←→',
    hint: '',
    keys: { 'shift-left': seek(-100), H: seek(-100), 'shift-right': seek(100), L: seek(100) },
  },
  { shown: '+ -', help: 'faster, slower', hint: '+- speed', keys: { '+': speed(1), '=': speed(1), '-': speed(-1) } },
  { shown: 'r', help: 'to before the latest fault', hint: 'r rewind', keys: { r: { kind: 'rewind' } } },
  {
    shown: 'u U',
    help: 'remove it; put it back',
    hint: 'u undo',
    keys: { u: { kind: 'undo' }, U: { kind: 'redo' } },
  },
  { shown: 'PgUp PgDn', help: '10 s back, forth', hint: '', keys: { pageup: seek(-10_000), pagedown: seek(10_000) } },
  {
    shown: '0 g Home',
    help: 'to the start',
    hint: '0 start',
    keys: { 0: { kind: 'start' }, g: { kind: 'start' }, home: { kind: 'start' } },
  },
  { shown: 'G End', help: 'to the end of the run', hint: '', keys: { G: { kind: 'end' }, end: { kind: 'end' } } },
  {
    shown: 'Tab ↑↓ jk',
    help: 'what a fault strikes',
    hint: '',
    keys: { tab: { kind: 'nextGroup' }, up: choose(-1), k: choose(-1), down: choose(1), j: choose(1) },
  },
  { shown: 'o', help: 'outage of ISP or database', hint: '', keys: { o: strike('outage') } },
  { shown: 's', help: 'slow: ISP or database, 5×', hint: '', keys: { s: strike('slow') } },
  { shown: 't', help: 'throttle: half get a 421', hint: '', keys: { t: strike('throttle') } },
  { shown: 'd', help: 'the database stalls', hint: '', keys: { d: strike('stall') } },
  { shown: 'x', help: 'the pod crashes', hint: '', keys: { x: strike('crash') } },
];
