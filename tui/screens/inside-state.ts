import { isDeepStrictEqual } from 'node:util';
import type { Fault, Scenario } from '../../fixtures/schema.ts';
import type { Snapshot, View } from '../../sim/experiments/inside.ts';
import { faultOf, faultWords, objection, type Strike, type Target } from './inside-faults.ts';

/** Model time ÷ wall time; Infinity is as fast as it goes. */
export const SPEEDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, Number.POSITIVE_INFINITY] as const;

/** What is to be seen: the run with these faults at an instant or after a single event. How to get there is the thread's business. */
export interface Wish {
  /** Wishes are numbered; only what comes of the latest counts. */
  readonly id: number;
  readonly faults: readonly Fault[];
  /** The instant, ms. At 0 nothing has happened yet. */
  readonly atMs: number;
  /** One event on from where the run is, if it comes by the instant. */
  readonly step: boolean;
  /** Wall time, ms, after which what is there will do; Infinity: the instant is what matters. */
  readonly budgetMs: number;
  readonly view: View;
}

/** What the inside screen shows: one run at one rate. */
export interface InsideState {
  readonly version: string;
  readonly seed: number;
  readonly ratePerSecond: number;
  /** As it was opened; the faults that hold are in the wish. */
  readonly scenario: Scenario;
  readonly wish: Wish;
  /** Whether what was wished for last is still to come. */
  readonly pending: boolean;
  /** How far a run again has come, ms, where it takes so long that one wants to know; else null. */
  readonly reachedMs: number | null;
  readonly shown: Snapshot | null;
  readonly playing: boolean;
  /** Single steps that were asked for while something else was pending. */
  readonly owedSteps: number;
  /** Which of SPEEDS. */
  readonly speed: number;
  readonly targets: readonly Target[];
  /** Which of them is chosen. */
  readonly target: number;
  /** Faults that were injected here and are in force: the last of `wish.faults`. */
  readonly injected: number;
  /** Faults that were removed, the latest last: they can be put back. */
  readonly removed: readonly Fault[];
  readonly message: string | null;
}

export type InsideAction =
  | { readonly kind: 'play' | 'step' | 'start' | 'end' | 'rewind' | 'undo' | 'redo' | 'nextGroup' }
  | { readonly kind: 'seek'; readonly byMs: number }
  | { readonly kind: 'speed' | 'choose'; readonly by: number }
  | { readonly kind: 'strike'; readonly strike: Strike };

export type InsideEvent =
  | InsideAction
  /** Time goes by, wall ms since the one before. */
  | { readonly kind: 'tick'; readonly elapsedMs: number }
  /** What came of a wish. */
  | { readonly kind: 'snapshot'; readonly wish: number; readonly snapshot: Snapshot }
  | { readonly kind: 'progress'; readonly wish: number; readonly reachedMs: number };

const MOST_PODS = 100; // whose workers are asked for: more than a window shows
const MOST_DOTS = 400;
const FRAME_MS = 45; // of wall time for a frame while the run plays: the next one begins at 50
const LONGEST_STEP_MS = 3_600_000; // an event that does not come within an hour does not come
const MOST_CATCH_UP_MS = 250; // a machine that was away does not make the run jump

type Given = Pick<InsideState, 'version' | 'scenario' | 'seed' | 'ratePerSecond'>;

/** A run that is about to begin. */
export function beginInside(given: Given): InsideState {
  const { scenario } = given;
  const targets: Target[] = [
    { kind: 'isps' },
    ...scenario.smtp.isps.map((_, isp): Target => ({ kind: 'isp', isp })),
    { kind: 'database' },
    ...Array.from({ length: scenario.pods.count }, (_, pod): Target => ({ kind: 'pod', pod })),
  ];
  const chosen = { targets, target: 0, speed: SPEEDS.indexOf(1) };
  return {
    ...given,
    ...chosen,
    wish: {
      id: 0,
      faults: scenario.faults,
      atMs: 0,
      step: false,
      budgetMs: Number.POSITIVE_INFINITY,
      view: viewOf({ scenario, ...chosen }),
    },
    pending: true,
    reachedMs: null,
    shown: null,
    playing: true,
    owedSteps: 0,
    injected: 0,
    removed: [],
    message: null,
  };
}

/** The same instant of the same story under other parameters; injected faults stay where they are possible, and else count as removed. */
export function restartInside(state: InsideState, given: Given): InsideState {
  const begun = beginInside(given);
  const faults = [...given.scenario.faults];
  const dropped: Fault[] = [];
  for (const fault of injectedFaults(state)) (objection(given.scenario, faults, fault) === null ? faults : dropped).push(fault);
  const { speed, playing } = state;
  const target = begun.targets.findIndex((target) => isDeepStrictEqual(target, state.targets[state.target]));
  const wish: Wish = { ...begun.wish, id: state.wish.id + 1, faults, atMs: Math.round(aimMs(state)) };
  return look({
    ...begun,
    speed,
    playing,
    wish,
    target: Math.max(0, target),
    injected: faults.length - given.scenario.faults.length,
    removed: [...state.removed, ...dropped],
    message: dropped.length === 0 ? null : `left out: ${dropped.map(faultWords).join(', ')}`,
  });
}

export function reduceInside(before: InsideState, event: InsideEvent): InsideState {
  switch (event.kind) {
    case 'tick':
      return afterTick(before, event.elapsedMs);
    case 'snapshot':
      return event.wish === before.wish.id ? afterSnapshot(before, event.snapshot) : before;
    case 'progress':
      return event.wish === before.wish.id ? { ...before, reachedMs: event.reachedMs } : before;
    default:
      return afterAction(before.message === null ? before : { ...before, message: null }, event);
  }
}

function afterAction(state: InsideState, action: InsideAction): InsideState {
  switch (action.kind) {
    case 'play':
      return { ...state, playing: !state.playing };
    case 'step':
      return payStep({ ...state, playing: false, owedSteps: state.owedSteps + 1 });
    case 'start':
      return wishFor({ ...state, playing: false }, { atMs: 0 });
    case 'end':
      return wishFor({ ...state, playing: false }, { atMs: measuredMs(state) });
    case 'seek':
      return wishFor(state, { atMs: Math.max(0, Math.round(aimMs(state) + action.byMs)) });
    case 'speed':
      return look({ ...state, speed: within(SPEEDS, state.speed + action.by) });
    case 'choose':
      return look({ ...state, target: within(state.targets, state.target + action.by) });
    case 'nextGroup':
      return look({ ...state, target: nextGroup(state) });
    case 'strike':
      return strike(state, action.strike);
    case 'rewind':
      return rewind(state);
    case 'undo':
      return undo(state);
    case 'redo':
      return redo(state);
  }
}

/** Where the run is, ms. */
export function nowMs({ shown }: InsideState): number {
  return shown?.atMs ?? 0;
}

/** The faults that were injected here. */
export function injectedFaults({ wish, injected }: InsideState): readonly Fault[] {
  return injected === 0 ? [] : wish.faults.slice(-injected);
}

/** Where the run is, or is being taken to, ms. */
function aimMs(state: InsideState): number {
  const { wish, pending } = state;
  return pending && !wish.step && wish.budgetMs === Number.POSITIVE_INFINITY ? wish.atMs : nowMs(state);
}

function afterTick(state: InsideState, elapsedMs: number): InsideState {
  if (!state.playing || state.pending) return state;
  const byMs = SPEEDS[state.speed]! * Math.min(elapsedMs, MOST_CATCH_UP_MS);
  const untilMs = Math.min(nowMs(state) + byMs, endMs(state), Number.MAX_SAFE_INTEGER);
  return wishFor(state, { atMs: Math.max(Math.round(untilMs), Math.ceil(nowMs(state))), budgetMs: FRAME_MS });
}

/** Where playing stops by itself, ms: at the end of the measurement interval. Told to go on there, it does not stop again. */
function endMs(state: InsideState): number {
  return nowMs(state) < measuredMs(state) ? measuredMs(state) : Number.POSITIVE_INFINITY;
}

/** The end of the measurement interval, a whole number of ms. */
function measuredMs({ scenario }: InsideState): number {
  return Math.ceil(scenario.run.measureMs);
}

function afterSnapshot(before: InsideState, shown: Snapshot): InsideState {
  const state = { ...before, shown, pending: false, reachedMs: null, playing: before.playing && shown.atMs !== endMs(before) };
  return look(payStep(state));
}

/** Takes one of the steps that were asked for, as soon as the run is where it was to be. */
function payStep(state: InsideState): InsideState {
  if (state.pending || state.owedSteps === 0) return state;
  const owing = { ...state, owedSteps: state.owedSteps - 1 };
  return wishFor(owing, { atMs: Math.ceil(nowMs(state)) + LONGEST_STEP_MS, step: true });
}

/** Sees to it that what is shown is what is looked at. While something is pending this waits for it. */
function look(state: InsideState): InsideState {
  const view = viewOf(state);
  return state.pending || isDeepStrictEqual(view, state.wish.view) ? state : wishFor(state, { atMs: nowMs(state) });
}

function viewOf({ scenario, targets, target, speed }: Pick<InsideState, 'scenario' | 'targets' | 'target' | 'speed'>): View {
  const { count } = scenario.pods;
  const chosen = targets[target]!;
  const fromPod = chosen.kind === 'pod' ? Math.max(0, Math.min(count - MOST_PODS, chosen.pod - MOST_PODS / 2)) : 0;
  // A dot is 100 ms at real time, so that a chart shows some ten seconds of watching at every speed; but it is never longer than a second.
  const spansPerDot = Math.max(1, Math.min(100, Math.round(10 * SPEEDS[speed]!)));
  return { fromPod, toPod: Math.min(count, fromPod + MOST_PODS), dots: MOST_DOTS, spansPerDot };
}

function wishFor(state: InsideState, position: Partial<Pick<Wish, 'faults' | 'step' | 'budgetMs'>> & Pick<Wish, 'atMs'>): InsideState {
  const { id, faults } = state.wish;
  const wish = { id: id + 1, faults, step: false, budgetMs: Number.POSITIVE_INFINITY, view: viewOf(state), ...position };
  return { ...state, wish, pending: true, reachedMs: null, owedSteps: position.step === true ? state.owedSteps : 0 };
}

function within(list: readonly unknown[], i: number): number {
  return Math.max(0, Math.min(list.length - 1, i));
}

/** The first target of the next group: ISPs, database, pods. */
function nextGroup({ targets, target }: InsideState): number {
  const group = (i: number) => targets[i]!.kind.replace('isps', 'isp');
  const next = targets.findIndex((_, i) => i > target && group(i) !== group(target));
  return next === -1 ? 0 : next;
}

function strike(state: InsideState, strike: Strike): InsideState {
  if (state.shown === null) return { ...state, message: 'The run is only starting' };
  const atMs = Math.ceil(aimMs(state)); // a whole number: what has been seen stays as it was
  const fault = faultOf(strike, state.targets[state.target]!, state.scenario, atMs);
  if (fault === null)
    return { ...state, message: `${strike === 'crash' ? 'Pods crash' : 'That is for ISPs and the database'}: choose one with Tab` };
  return inject(state, fault, []);
}

/** Puts a fault into the run, where nothing forbids it; `removed` are the faults that can be put back then. */
function inject(state: InsideState, fault: Fault, removed: readonly Fault[]): InsideState {
  const { faults } = state.wish;
  const message = objection(state.scenario, faults, fault);
  return message === null
    ? wishFor({ ...state, injected: state.injected + 1, removed }, { faults: [...faults, fault], atMs: fault.atMs })
    : { ...state, message };
}

/** The instant before a fault, ms. */
function justBefore({ atMs }: Fault): number {
  return Math.max(0, Math.ceil(atMs) - 1);
}

function rewind(state: InsideState): InsideState {
  const instants = state.wish.faults.filter((fault) => justBefore(fault) < aimMs(state)).map(justBefore);
  if (instants.length === 0) return { ...state, message: 'No fault has begun yet' };
  return wishFor({ ...state, playing: false }, { atMs: Math.max(...instants) });
}

function undo(state: InsideState): InsideState {
  const fault = injectedFaults(state).at(-1);
  if (fault === undefined) return { ...state, message: 'No fault was injected' };
  const without = { ...state, injected: state.injected - 1, removed: [...state.removed, fault] };
  return wishFor(without, { faults: state.wish.faults.slice(0, -1), atMs: Math.min(Math.round(aimMs(state)), justBefore(fault)) });
}

function redo(state: InsideState): InsideState {
  const fault = state.removed.at(-1);
  return fault === undefined ? { ...state, message: 'No fault was removed' } : inject(state, fault, state.removed.slice(0, -1));
}
