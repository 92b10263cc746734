import type { Scenario } from '../../fixtures/schema.ts';
import type { Crossing } from '../../sim/experiments/knee.ts';
import type { Limit } from '../../sim/experiments/limit.ts';
import type { Point } from '../../sim/experiments/point.ts';
import type { Plan } from '../../sim/experiments/sweep.ts';

/** The charts, in the order of the keys that choose them. */
export const CHARTS = ['pool', 'rejection', 'database'] as const;
export type ChartName = (typeof CHARTS)[number];

/** What the sweep screen shows. */
export interface SweepState {
  readonly version: string;
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** One for each rate of the plan; null where it is still to come. */
  readonly points: readonly (Point | null)[];
  readonly runs: { readonly planned: number; readonly finished: number };
  /** Simulated so far. */
  readonly events: number;
  /** Since the sweep began, wall time, ms. */
  readonly elapsedMs: number;
  /** What came of the sweep; null while it is under way. */
  readonly outcome: { readonly knee: Crossing | null; readonly complete: boolean } | null;
  /** Which rate of the plan the cursor was moved to; null: it was not yet moved. */
  readonly movedTo: number | null;
  /** The chart that has the room of all three; null: none. */
  readonly enlarged: ChartName | null;
}

export type SweepEvent =
  | { readonly kind: 'planned'; readonly runs: number }
  | { readonly kind: 'finished'; readonly events: number; readonly elapsedMs: number }
  | { readonly kind: 'point'; readonly point: Point }
  | { readonly kind: 'ended'; readonly knee: Crossing | null; readonly complete: boolean; readonly elapsedMs: number }
  | { readonly kind: 'move'; readonly by: number }
  | { readonly kind: 'enlarge'; readonly chart: ChartName };

/** A sweep that is about to begin. */
export function beginSweep(given: Pick<SweepState, 'version' | 'scenario' | 'plan'>): SweepState {
  return {
    ...given,
    points: given.plan.rates.map(() => null),
    runs: { planned: 0, finished: 0 },
    events: 0,
    elapsedMs: 0,
    outcome: null,
    movedTo: null,
    enlarged: null,
  };
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
      const i = state.plan.rates.findIndex((rate, i) => rate === event.point.ratePerSecond && state.points[i] === null);
      return i < 0 ? state : { ...state, points: state.points.with(i, event.point) };
    }
    case 'ended': {
      const { knee, complete, elapsedMs } = event;
      return { ...state, outcome: { knee, complete }, elapsedMs };
    }
    case 'move': {
      const last = state.plan.rates.length - 1;
      return { ...state, movedTo: Math.max(0, Math.min(last, cursorOf(state) + event.by)) };
    }
    case 'enlarge':
      return { ...state, enlarged: state.enlarged === event.chart ? null : event.chart };
  }
}

/** Which rate of the plan is looked at: where it was not moved, the last one that is known to be within the limit. */
export function cursorOf(state: SweepState): number {
  return (
    state.movedTo ??
    Math.max(
      0,
      state.points.findLastIndex((point) => point !== null && isWithin(state.plan.limit, point)),
    )
  );
}

/** The last rate of the plan that is below the knee; null where there is no knee. */
export function kneeIndex({ outcome, plan }: SweepState): number | null {
  const knee = outcome?.knee ?? null;
  return knee === null ? null : plan.rates.findLastIndex((rate) => rate <= knee.ratePerSecond);
}

function isWithin(limit: Limit, point: Point): boolean {
  const reading = limit.read(point);
  return reading !== null && reading.value <= limit.max;
}
