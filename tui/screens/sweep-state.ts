import { isDeepStrictEqual } from 'node:util';
import { differences } from '../../fixtures/paths.ts';
import type { Scenario } from '../../fixtures/schema.ts';
import type { Crossing } from '../../sim/experiments/knee.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { nearestRate, type Plan } from '../../sim/experiments/sweep.ts';
import { type MeasuredRun, misfit } from '../measured.ts';

/** The charts, in the order of the keys that choose them. */
export const CHARTS = ['pool', 'rejection', 'database'] as const;
export type ChartName = (typeof CHARTS)[number];

/** What can be drawn beside the model's curve, or left out. */
export const LAYERS = ['band', 'theory', 'measured', 'previous'] as const;
export type Layer = (typeof LAYERS)[number];

/** What is swept. */
export interface Subject {
  readonly scenario: Scenario;
  readonly plan: Plan;
}

/** The curve before the latest change, to compare with. */
export interface Previous extends Subject {
  readonly points: readonly (Point | null)[];
}

/** What the sweep screen shows. */
export interface SweepState extends Subject {
  readonly version: string;
  /** One for each rate of the plan; null where it is still to come. */
  readonly points: readonly (Point | null)[];
  /** Whether the point of a rate will change no more. */
  readonly settled: readonly boolean[];
  readonly runs: { readonly planned: number; readonly finished: number };
  /** Simulated so far. */
  readonly events: number;
  /** Since the sweep began, wall time without pauses, ms. */
  readonly elapsedMs: number;
  /** What came of the sweep; null while it is under way. */
  readonly outcome: { readonly knee: Crossing | null; readonly complete: boolean } | null;
  readonly paused: boolean;
  /** The rate at which the cursor waits for the knee to be known, unless it is moved. */
  readonly startsAt: number;
  /** The rate that the cursor was moved to; null: it was not yet moved. */
  readonly movedTo: number | null;
  /** The chart that has the room of all three; null: none. */
  readonly enlarged: ChartName | null;
  readonly logarithmic: boolean;
  readonly layers: Readonly<Record<Layer, boolean>>;
  readonly previous: Previous | null;
  /** Runs of the real service, of whatever scenario, and those of this one. */
  readonly measured: readonly MeasuredRun[];
  readonly fitting: readonly MeasuredRun[];
}

export type SweepEvent =
  | { readonly kind: 'planned'; readonly runs: number }
  | { readonly kind: 'finished'; readonly events: number; readonly elapsedMs: number }
  | { readonly kind: 'point'; readonly point: Point; readonly settled: boolean }
  | { readonly kind: 'ended'; readonly knee: Crossing | null; readonly complete: boolean; readonly elapsedMs: number }
  | { readonly kind: 'move'; readonly by: number }
  | { readonly kind: 'enlarge'; readonly chart: ChartName }
  | { readonly kind: 'pause' }
  | { readonly kind: 'axis' }
  | { readonly kind: 'layer'; readonly layer: Layer };

/** A sweep that is about to begin. */
export function beginSweep(version: string, { scenario, plan }: Subject, measured: readonly MeasuredRun[] = []): SweepState {
  return {
    version,
    scenario,
    plan,
    ...blank(plan),
    paused: false,
    startsAt: scenario.arrivals.ratePerSecond,
    movedTo: null,
    enlarged: null,
    logarithmic: true,
    layers: { band: true, theory: true, measured: true, previous: true },
    previous: null,
    measured,
    fitting: fitting(measured, scenario),
  };
}

function fitting(measured: readonly MeasuredRun[], scenario: Scenario): MeasuredRun[] {
  return measured.filter((run) => misfit(run, scenario) === null);
}

function blank({ rates }: Plan) {
  return {
    points: rates.map(() => null),
    settled: rates.map(() => false),
    runs: { planned: 0, finished: 0 },
    events: 0,
    elapsedMs: 0,
    outcome: null,
  } satisfies Partial<SweepState>;
}

/**
 * The same screen on something else. Where only the rates changed, the points that are there stay; elsewhere the sweep begins anew, and what
 * was there becomes the previous curve.
 */
export function restartSweep(state: SweepState, { scenario, plan }: Subject): SweepState {
  const startsAt = scenario.name === state.scenario.name ? state.plan.rates[cursorOf(state)]! : scenario.arrivals.ratePerSecond;
  const next = { ...state, scenario, plan, ...blank(plan), paused: false, startsAt, fitting: fitting(state.measured, scenario) };
  if (haveSameRuns(state, next)) {
    const { runs, events, elapsedMs } = state;
    const before = plan.rates.map((rate) => state.plan.rates.indexOf(rate));
    const points = before.map((i) => state.points[i] ?? null);
    const settled = before.map((i) => state.settled[i] ?? false);
    return { ...next, runs, events, elapsedMs, points, settled };
  }
  const { previous } = state;
  // Changed twice, quickly: what there was to compare with stays, unless it is what there is again.
  if (state.points.every((point) => point === null))
    return previous !== null && haveSameRuns(previous, next) ? { ...next, previous: null } : next;
  return { ...next, previous: { scenario: state.scenario, plan: state.plan, points: state.points } };
}

const LONGEST_LABEL = 12;

/** Whether a rate gives the same point in both. */
export function haveSameRuns(a: Subject, b: Subject): boolean {
  return a.plan.seed === b.plan.seed && isDeepStrictEqual(a.plan.effort, b.plan.effort) && isDeepStrictEqual(a.scenario, b.scenario);
}

/** What the previous curve had where the present one has something else, in a few words; '' where there is none. */
export function previousLabel({ previous, scenario, plan }: SweepState): string {
  if (previous === null) return '';
  if (previous.scenario.name !== scenario.name) return previous.scenario.name;
  const [first, ...others] = differences(previous.scenario, scenario);
  if (first === undefined) return previous.plan.seed === plan.seed ? 'other options' : `seed ${previous.plan.seed}`;
  const name = first.path.split('.').at(-1);
  if (others.length > 0) return `${name} and others`;
  return first.one.length > LONGEST_LABEL ? `other ${name}` : `${name} ${first.one}`;
}

export function reduceSweep(state: SweepState, event: SweepEvent): SweepState {
  switch (event.kind) {
    case 'planned':
      return { ...state, runs: { ...state.runs, planned: state.runs.planned + event.runs } };
    case 'finished': {
      const runs = { ...state.runs, finished: state.runs.finished + 1 };
      return { ...state, runs, events: state.events + event.events, elapsedMs: event.elapsedMs };
    }
    case 'point': {
      const i = state.plan.rates.indexOf(event.point.ratePerSecond);
      if (i < 0) return state;
      return { ...state, points: state.points.with(i, event.point), settled: state.settled.with(i, event.settled) };
    }
    case 'ended': {
      const { knee, complete, elapsedMs } = event;
      return { ...state, outcome: { knee, complete }, elapsedMs };
    }
    case 'move': {
      const { rates } = state.plan;
      return { ...state, movedTo: rates[Math.max(0, Math.min(rates.length - 1, cursorOf(state) + event.by))] ?? null };
    }
    case 'enlarge':
      return { ...state, enlarged: state.enlarged === event.chart ? null : event.chart };
    case 'pause':
      return state.outcome === null ? { ...state, paused: !state.paused } : state;
    case 'axis':
      return { ...state, logarithmic: !state.logarithmic };
    case 'layer':
      return { ...state, layers: { ...state.layers, [event.layer]: !state.layers[event.layer] } };
  }
}

/** Which rate of the plan is looked at: the one that the cursor was moved to; else the last one below the knee, or before that is known where it starts. */
export function cursorOf(state: SweepState): number {
  const { movedTo, plan, startsAt } = state;
  if (movedTo === null) return kneeIndex(state) ?? nearestRate(plan.rates, startsAt);
  const from = plan.rates.findIndex((rate) => rate >= movedTo);
  return from < 0 ? Math.max(0, plan.rates.length - 1) : from;
}

/** The rates with those halfway to the neighbours of the one under the cursor. */
export function refinedRates(state: SweepState): number[] {
  const { rates } = state.plan;
  const at = cursorOf(state);
  const around = [rates[at - 1], rates[at], rates[at + 1]].filter((rate) => rate !== undefined);
  const between = around.slice(1).map((rate, i) => Number(((around[i]! + rate) / 2).toPrecision(12)));
  return [...new Set([...rates, ...between])].sort((a, b) => a - b);
}

/** Rates beyond those of a sweep that has ended without a knee, on the side where it has to be; none where that cannot be told. */
export function ratesTowardsKnee({ plan, points, outcome }: SweepState): number[] {
  const { rates, limit } = plan;
  if (outcome?.complete !== true || outcome.knee !== null || rates.length < 2) return [];
  const readings = points.flatMap((point) => (point === null ? [] : (limit.read(point) ?? [])));
  const isPassed = readings.map(({ value }) => value > limit.max);
  const [from, factors] = isPassed[0] === true ? [rates[0]!, [0.5, 0.75]] : [rates.at(-1)!, isPassed.at(-1) === false ? [1.5, 2] : []];
  return factors.map((factor) => Number((factor * from).toPrecision(3)));
}

/** The last rate of the plan that is below the knee; null where there is no knee. */
export function kneeIndex({ outcome, plan }: SweepState): number | null {
  const knee = outcome?.knee ?? null;
  return knee === null ? null : plan.rates.findLastIndex((rate) => rate <= knee.ratePerSecond);
}
