import type { Options, RawOptions } from '../commands/options.ts';
import { grouped } from '../format.ts';
import { INSIDE_KEYS } from '../screens/inside-keys.ts';
import {
  beginInside,
  type InsideAction,
  type InsideEvent,
  type InsideState,
  injectedFaults,
  reduceInside,
} from '../screens/inside-state.ts';
import { SWEEP_KEYS } from '../screens/sweep-keys.ts';
import { beginSweep, cursorOf, reduceSweep, type SweepEvent, type SweepState } from '../screens/sweep-state.ts';
import type { Size } from '../terminal/canvas.ts';
import { actionOf } from './bindings.ts';
import { misfitMessage, refine, subjectOf, towardsKnee, withParameters, withRaw } from './changes.ts';
import { beginEdit, type EditState, LONGEST_TEXT, pasteEdit, pressEdit } from './edit-state.ts';
import { beginExport, EXPORT_KEYS, type ExportFormat, type ExportState, reduceExport } from './export-state.ts';
import { helpRows } from './help-layout.ts';
import { beginHelp, type HelpState, pasteHelp, pressHelp } from './help-state.ts';
import { change, type Parameters, redo, undo } from './parameters.ts';
import { ALWAYS, ANYWHERE, EVERYWHERE, type ShellAction } from './shell-keys.ts';

/*
 * The app: screens on a stack, and over them at most one overlay (help, a parameter to set, an export). All of it is one state that changes
 * by pure functions (`press` a key, `tell` news), is drawn by a pure function (`draw-app.ts`), and is made to happen by `open-app.ts`.
 *
 * What a screen provides, in files of its own under `screens/`:
 *  - its state, its events, and `reduceX(state, event)`, pure;
 *  - `restartX(state, options)`: the same after parameters were changed (`/`, undo, redo, next seed);
 *  - `X_KEYS`, a table of bindings: handler, footer and help come from it. A key that it does not have is looked up in EVERYWHERE;
 *  - `drawX(canvas, state)`: all of the window but the last row, which is the footer's, for any size from SMALLEST on;
 *  - `exportX(state, …)`: the texts that `e` can write;
 *  - a session that owns threads and timers: `follow(state)` is called after every change and makes them do what the state says; what they
 *    find out comes back as events by `tell`; `stop()` ends them all.
 * To plug it in: a field of AppState, a name in ScreenName, and a case wherever one of these names is asked for here, in `draw-app.ts`,
 * `help-state.ts` and `open-app.ts`. Key presses for it are the actions of its table; a screen is opened and left by shell actions.
 */

export type ScreenName = 'sweep' | 'inside';

export interface AppState {
  /** Of mailsim. */
  readonly version: string;
  /** Options that a command line leaves out without changing a thing. */
  readonly defaults: RawOptions;
  /** Of the terminal. */
  readonly window: Size;
  readonly parameters: Parameters;
  /** How often in a row rates were added because the knee was beyond them. */
  readonly extensions: number;
  /** The screens that are open; the last one is seen. */
  readonly stack: readonly ScreenName[];
  readonly sweep: SweepState;
  /** A run that is looked into; null while none is. */
  readonly inside: InsideState | null;
  readonly overlay:
    | { readonly kind: 'help'; readonly help: HelpState }
    | { readonly kind: 'edit'; readonly edit: EditState }
    | { readonly kind: 'export'; readonly export: ExportState }
    | null;
  /** What came of the latest deed; gone with the next key. */
  readonly message: string | null;
  /** Paths that were set, the latest first. */
  readonly recent: readonly string[];
}

/** What the world outside tells. */
export type News =
  | { readonly to: 'window'; readonly size: Size }
  | { readonly to: 'sweep'; readonly event: SweepEvent }
  | { readonly to: 'inside'; readonly event: InsideEvent }
  | { readonly to: 'shell'; readonly message: string };

/** What a key asks of the world outside. */
export type Deed = 'quit' | 'suspend' | 'redraw' | { readonly write: ExportFormat };

export function beginApp(version: string, options: Options, defaults: RawOptions): AppState {
  const sweep = beginSweep(version, subjectOf(options), options.measured);
  return {
    version,
    defaults,
    window: { width: 80, height: 24 }, // until it is known
    parameters: { past: [], present: options, future: [] },
    extensions: 0,
    stack: ['sweep'],
    sweep,
    inside: null,
    overlay: null,
    message: misfitMessage(sweep),
    recent: [],
  };
}

export function tell(state: AppState, news: News): AppState {
  switch (news.to) {
    case 'window':
      return { ...state, window: news.size };
    case 'sweep':
      return withoutVainQuestion(towardsKnee({ ...state, sweep: reduceSweep(state.sweep, news.event) }));
    case 'inside':
      return state.inside === null ? state : { ...state, inside: reduceInside(state.inside, news.event) };
    case 'shell':
      return { ...state, message: news.message };
  }
}

/** What is asked before a sweep is given up. */
export const REALLY = 'the sweep is not finished: q again quits';

/** A sweep that has ended meanwhile is not asked about any more. */
function withoutVainQuestion(state: AppState): AppState {
  return state.message === REALLY && state.sweep.outcome !== null ? { ...state, message: null } : state;
}

/** The state after a key, and what is to be done beside. */
export function press(before: AppState, key: string): { readonly state: AppState; readonly deed: Deed | null } {
  const state = before.message === null ? before : { ...before, message: null };
  const only = (state: AppState) => ({ state, deed: null });
  const deed = before.message === REALLY && key === 'q' ? 'quit' : actionOf(key, ANYWHERE);
  if (deed !== null) return { state, deed };
  switch (state.overlay?.kind) {
    case 'help': {
      const help = pressHelp(state.overlay.help, key, helpRows(state.overlay.help, state.window));
      return only({ ...state, overlay: help === null ? null : { kind: 'help', help } });
    }
    case 'edit':
      return only(afterEdit(state, pressEdit(state.overlay.edit, key)));
    case 'export': {
      const pressed = reduceExport(state.overlay.export, actionOf(key, EXPORT_KEYS));
      if (pressed === null) return only({ ...state, overlay: null });
      if ('write' in pressed) return { state: { ...state, overlay: null }, deed: pressed };
      return only({ ...state, overlay: { kind: 'export', export: pressed } });
    }
    default:
      return pressScreen(state, key);
  }
}

/** The state after a text was pasted: it is for the prompt, and nowhere is it keys. */
export function paste(state: AppState, text: string): AppState {
  if (state.overlay?.kind === 'help') return { ...state, overlay: { kind: 'help', help: pasteHelp(state.overlay.help, text) } };
  if (state.overlay?.kind !== 'edit') return { ...state, message: 'pasted text is for the prompt: / opens it' };
  const edit = pasteEdit(state.overlay.edit, text);
  if (edit === null) return { ...state, message: `that is longer than the ${grouped(LONGEST_TEXT)} characters that the prompt takes` };
  return { ...state, message: null, overlay: { kind: 'edit', edit } };
}

function afterEdit(state: AppState, pressed: ReturnType<typeof pressEdit>): AppState {
  if (pressed === 'cancelled') return { ...state, overlay: null };
  if (!('applied' in pressed)) return { ...state, overlay: { kind: 'edit', edit: pressed } };
  const parameters = change(state.parameters, pressed.applied);
  const { paths } = pressed;
  if (parameters === state.parameters) return { ...state, overlay: null, message: `${paths.join(', ')} is so already: nothing changes` };
  const recent = [...new Set([...paths.toReversed(), ...state.recent])];
  return withParameters({ ...state, overlay: null, recent }, parameters);
}

function pressScreen(state: AppState, key: string): { readonly state: AppState; readonly deed: Deed | null } {
  if (state.inside !== null) {
    const action = actionOf<InsideAction | ShellAction>(key, INSIDE_KEYS, EVERYWHERE, ALWAYS);
    if (action === null) return { state, deed: null };
    if (typeof action === 'string') return act(state, action);
    // What was changed last is the parameter, where no fault is.
    if (action.kind === 'undo' && injectedFaults(state.inside).length === 0) return act(state, 'undo');
    if (action.kind === 'redo' && state.inside.removed.length === 0) return act(state, 'redo');
    return { state: { ...state, inside: reduceInside(state.inside, action) }, deed: null };
  }
  const action = actionOf<SweepEvent | ShellAction>(key, SWEEP_KEYS, EVERYWHERE, ALWAYS);
  if (action === null) return { state, deed: null };
  if (typeof action === 'string') return act(state, action);
  return { state: { ...state, sweep: reduceSweep(state.sweep, action) }, deed: null };
}

function act(state: AppState, action: ShellAction): { readonly state: AppState; readonly deed: Deed | null } {
  const { parameters } = state;
  const only = (state: AppState) => ({ state, deed: null });
  const parametersOr = (next: Parameters | null, message: string) =>
    only(next === null ? { ...state, message } : withParameters(state, next));
  switch (action) {
    case 'quit':
      return state.sweep.outcome === null ? only({ ...state, message: REALLY }) : { state, deed: 'quit' };
    case 'back':
      return only(state.stack.length === 1 ? state : { ...state, stack: state.stack.slice(0, -1), inside: null });
    case 'inside':
      return only(lookInside(state));
    case 'help':
      return only({ ...state, overlay: { kind: 'help', help: beginHelp() } });
    case 'edit':
      return only({ ...state, overlay: { kind: 'edit', edit: beginEdit(parameters.present, state.defaults, state.recent) } });
    case 'scenario':
      return only({
        ...state,
        overlay: { kind: 'edit', edit: beginEdit(parameters.present, state.defaults, state.recent, '--scenario ') },
      });
    case 'export':
      return only({ ...state, overlay: { kind: 'export', export: beginExport() } });
    case 'undo':
      return parametersOr(undo(parameters), 'nothing to undo');
    case 'redo':
      return parametersOr(redo(parameters), 'nothing to redo');
    case 'refine':
      return only(refine(state));
    case 'next seed':
      return only(withRaw(state, { seed: `${parameters.present.seed + 1}` }));
  }
}

/** Opens the run at the rate under the cursor; the sweep goes on. */
function lookInside(state: AppState): AppState {
  const { scenario, seed } = state.parameters.present;
  const ratePerSecond = state.sweep.plan.rates[cursorOf(state.sweep)];
  if (ratePerSecond === undefined) return state;
  return { ...state, stack: [...state.stack, 'inside'], inside: beginInside({ version: state.version, scenario, seed, ratePerSecond }) };
}
