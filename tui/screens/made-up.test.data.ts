import type { Estimate } from '../../sim/experiments/estimate.ts';
import type { Point, TimeEstimate } from '../../sim/experiments/point.ts';
import type { ShareEstimate } from '../../sim/experiments/shares.ts';
import { readOptions } from '../commands/options.ts';
import type { MeasuredRun } from '../measured.ts';
import { type AppState, beginApp, press } from '../shell/app-state.ts';
import { subjectOf } from '../shell/changes.ts';
import { beginSweep, reduceSweep, type SweepEvent, type SweepState } from './sweep-state.ts';

/** Rates, points and states for the tests of the screen: plausible, but nobody's measurement. */
export const RATES = Array.from({ length: 14 }, (_, i) => 100 * (i + 1));
export const KNEE = { ratePerSecond: 985, lower: 982.6, upper: 987.4, halfWidth: 2.4 };

const about = (mean: number): Estimate => ({ mean, halfWidth: mean / 300 });
const shareOf = (mean: number, error: number): ShareEstimate => ({
  mean,
  lower: mean * (1 - error),
  upper: mean * (1 + error),
  halfWidth: error * mean,
});
const unseen = (upper: number): ShareEstimate => ({ mean: 0, lower: 0, upper, halfWidth: upper });
const times = (mean: number): TimeEstimate => {
  const at = (factor: number) => {
    const [value, halfWidth] = [factor * mean, (factor * mean) / 200];
    return { value, lower: value - halfWidth, upper: value + halfWidth, halfWidth };
  };
  return { mean: about(mean), p50: at(0.9), p95: at(2), p99: at(3.2) };
};

/** A point whose figures are smooth functions of the rate. */
export function madeUpPoint(ratePerSecond: number, change: Partial<Point> = {}): Point {
  const excess = 0.001 * Math.exp((ratePerSecond - 985) / 70);
  const arrivals = ratePerSecond * 120 * 10;
  const rejected = Math.round(arrivals / (1 / 0.15 + 1 / excess));
  const done = ratePerSecond * (1 - rejected / arrivals);
  const sends = Math.round(0.8 * (arrivals - rejected));
  return {
    ratePerSecond,
    replications: 10,
    warmupMs: 31_000,
    warmupRule: 'floor',
    measureMs: 120_000,
    intervals: { parts: 10, note: null },
    arrivals,
    rejectionRate: rejected < 3 ? unseen(3 / arrivals) : shareOf(rejected / arrivals, 0.3),
    throughputPerSecond: about(done),
    goodputPerSecond: about(0.8 * done),
    poolOccupancy: about(0.189 * done),
    poolUtilisation: about((0.189 * done) / 250),
    poolFullShare: rejected === 0 ? unseen(3 / arrivals) : shareOf((1.5 * rejected) / arrivals, 1 / 300),
    poolOccupancyByPod: Array.from({ length: 5 }, () => (0.189 * done) / 5),
    workerTime: { insert: 16 / 189, update: 12 / 189, select: 1 / 189, smtp: 160 / 189 },
    databaseUtilisation: about((0.029 * done) / 100),
    databaseQueriesPerSecond: about(1.8 * done),
    inFlight: about(0.1905 * done),
    eventLoopUtilisation: about((0.0016 * done) / 5),
    eventLoopUtilisationByPod: Array.from({ length: 5 }, () => (0.0016 * done) / 5),
    eventLoopDelayMs: times(0.2),
    eventLoopDelayMsByPod: Array.from({ length: 5 }, () => ({ p50: 0, p95: 0.3, p99: 0.6 })),
    loopWaitMs: times(0.6),
    sojournMs: times(236),
    waitingMs: times(0.4),
    statusMs: times(6.5),
    smtpMs: times(200),
    databaseMs: { insert: times(20), update: times(15), select: times(5) },
    isps: ['gmail', 'yahoo', 'outlook', 'corporate'].map((name, i) => ({
      name,
      sojournMs: times(116 + 80 * i),
      waitingMs: times(0.4),
      smtpMs: times(80 + 80 * i),
    })),
    outcomes: {
      sent: sends,
      failed: 0,
      timedOut: 0,
      statusAnswered: arrivals - rejected - sends,
      rejected,
      refused: 0,
      unrecorded: 0,
      aborted: 0,
      inFlight: 0,
    },
    rows: { pending: 0, sent: sends, failed: 0 },
    recoveryMs: null,
    precise: true,
    ...change,
  };
}

export const DEFAULTS = { scenario: 'naive', rates: RATES.join(',') };

/** A sweep of the naive scenario at its very beginning. */
export function begun(rates: readonly number[] = RATES): SweepState {
  return beginSweep('0.1.0', subjectOf(readOptions({ ...DEFAULTS, rates: rates.join(',') })));
}

/** The app on a sweep. */
export function appOn(sweep: SweepState): AppState {
  const options = readOptions({ ...DEFAULTS, rates: sweep.plan.rates.join(',') });
  return { ...beginApp('0.1.0', options, DEFAULTS), sweep };
}

/** What comes of some keys, pressed one after the other. */
export function pressing(state: AppState, ...keys: readonly string[]): AppState {
  return keys.reduce((before, key) => press(before, key).state, state);
}

/** What comes of some events, one after the other. */
export function after(state: SweepState, ...events: readonly SweepEvent[]): SweepState {
  return events.reduce(reduceSweep, state);
}

/** News of runs that are planned, and of some of them that are finished. */
export function runs(planned: number, finished: number): SweepEvent[] {
  const each = (i: number): SweepEvent => ({ kind: 'finished', events: 1_200_000, elapsedMs: (i + 1) * 65 });
  return [{ kind: 'planned', runs: planned }, ...Array.from({ length: finished }, (_, i) => each(i))];
}

/** Half of the points are there. */
export function underWay(): SweepState {
  return after(
    begun(),
    ...runs(154, 84),
    ...RATES.slice(0, 7).map((rate): SweepEvent => ({ kind: 'point', point: madeUpPoint(rate), settled: true })),
  );
}

/** All is there, and the knee is known. */
export function finished(): SweepState {
  const points = RATES.map((rate): SweepEvent => ({ kind: 'point', point: madeUpPoint(rate), settled: true }));
  return after(begun(), ...runs(254, 254), ...points, { kind: 'ended', knee: KNEE, complete: true, elapsedMs: 17_300 });
}

/** The sweep before had 50 workers a pod; half of the points with 100 are there, some of them coarse. */
export function ghost(): SweepState {
  const { sweep } = pressing(appOn(finished()), '/', ...'pods.workers=100', 'return');
  const point = (rate: number): Point =>
    madeUpPoint(rate, {
      rejectionRate: unseen(3 / (rate * 1200)),
      poolUtilisation: about((0.189 * rate) / 500),
      poolFullShare: unseen(3 / (rate * 1200)),
    });
  const coarse = [100, 400, 700, 1000, 1200, 1300, 1400];
  const settled = [100, 700, 1400];
  return after(
    sweep,
    ...runs(154, 68),
    ...coarse.map((rate): SweepEvent => ({ kind: 'point', point: point(rate), settled: settled.includes(rate) })),
  );
}

/** The real service was measured at three rates. */
export function measured(): SweepState {
  const { scenario } = finished();
  const run = (rate: number, factor: number): MeasuredRun => {
    const { ratePerSecond, rejectionRate, poolUtilisation, databaseUtilisation } = madeUpPoint(rate);
    const scaled = <Of extends { readonly mean: number }>(estimate: Of): Of => ({ ...estimate, mean: factor * estimate.mean });
    const figures = {
      ratePerSecond,
      rejectionRate: scaled(rejectionRate),
      poolUtilisation: scaled(poolUtilisation),
      databaseUtilisation: scaled(databaseUtilisation),
    };
    return { file: `load-${rate}.json`, scenario, stretch: 4, database: 'emulated', void: false, point: figures };
  };
  const measured = [run(300, 1.02), run(900, 1.04), run(1200, 1.02)];
  return { ...finished(), measured, fitting: measured };
}
