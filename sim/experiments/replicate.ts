import type { Scenario } from '../../fixtures/schema.ts';
import { type Point, summarise } from './point.ts';
import { excess, type Precision } from './precision.ts';
import { summariseRecovery } from './recovery.ts';
import type { Runner } from './runner.ts';
import { spanMs } from './series.ts';
import type { RunResult, RunTask } from './simulate.ts';
import { settleWarmup, type Warmup } from './warmup.ts';

/** How often to replicate: a fixed number, or until the precision is reached. */
export type Effort = { readonly replications: number } | { readonly precision: Precision };

/** Told as runs are planned (more, where precision asks for them; fewer, where they are not made after all) and finished; and of a single run which share of it is done. */
export type Progress = (
  news: { readonly planned: number } | { readonly finished: number; readonly events: number } | { readonly share: number },
) => void;

/** Of the first round, where the precision decides how many come after it. */
export const LEAST_REPLICATIONS = 10;
/** Replications of which a first look is taken, and which are therefore made before the others. */
const FIRST_LOOK = 2;
const MARGIN = 1.1;
const MOST = 10_000; // replications; where more are needed (a p99 that lies between two modes: 1% of hangs) it is said instead

export interface Replications {
  readonly seed: number;
  readonly ratePerSecond: number;
  readonly effort: Effort;
  /** The place among other rates that share the threads, from 0, and how many they are. */
  readonly turn?: { readonly place: number; readonly of: number };
  /** Ends them as if the runner had been stopped: those that wait for a thread are not made. */
  readonly signal?: AbortSignal;
}

/**
 * Independent replications of a scenario at one rate, in rounds: what a round says of the variance decides how many come next. Rounds depend
 * on results only, so the point does not depend on the number of threads. Where the runner is stopped, the point is made of the replications
 * that are there so far without a gap; null where there is none.
 *
 * @param coarse is told of the point as far as it is known: after its first two replications, and after each round but the last
 */
export async function replicate(
  runner: Runner,
  scenario: Scenario,
  { seed, ratePerSecond, effort, turn = { place: 0, of: 1 }, signal }: Replications,
  progress: Progress = () => {},
  coarse?: (point: Point) => void,
): Promise<Point | null> {
  const { measureMs, seriesMs } = scenario.run;
  const results: RunResult[] = [];

  async function run(task: Omit<RunTask, 'seed' | 'ratePerSecond' | 'batches'>): Promise<RunResult | null> {
    progress({ planned: 1 });
    try {
      const later = task.replication < FIRST_LOOK ? 0 : turn.of;
      const result = await runner.run({ seed, ratePerSecond, batches: 1, ...task }, later + turn.place, signal);
      progress({ finished: 1, events: result.events });
      return result;
    } catch (error) {
      if (!runner.stopped() && !signal?.aborted) throw error;
      progress({ planned: -1 });
      return null;
    }
  }

  function point(warmup: Warmup, precise: boolean, results: readonly RunResult[]): Point | null {
    if (results.length === 0) return null;
    return summarise(scenario, {
      ratePerSecond,
      warmup,
      measureMs,
      runs: results.map(({ batches }) => batches),
      rows: results.map(({ rows }) => rows),
      recovery: summariseRecovery(scenario.faults, results),
      precise,
    });
  }

  function look(warmup: Warmup, results: readonly (RunResult | null)[]): void {
    const there = results.filter((result) => result !== null);
    const soFar = there.length < results.length ? null : point(warmup, false, there);
    if (soFar !== null) coarse?.(soFar);
  }

  const warmup = await settleWarmup(
    scenario,
    async (pilotMs, stepMs) => (await run({ replication: 0, warmupMs: 0, measureMs: pilotMs, seriesMs: stepMs }))?.series ?? null,
  );
  if (warmup === null) return null;
  const stepMs = warmup.rule === 'transient' ? spanMs(seriesMs, measureMs) : null;
  let count = 'replications' in effort ? effort.replications : LEAST_REPLICATIONS;
  for (;;) {
    const round = Array.from({ length: count - results.length }, (_, i) =>
      run({ replication: results.length + i, warmupMs: warmup.ms, measureMs, seriesMs: stepMs }),
    );
    if (coarse && results.length === 0 && count > FIRST_LOOK) {
      const first = Promise.all(round.slice(0, FIRST_LOOK));
      first.then(
        (there) => look(warmup, there),
        () => {}, // the round itself, below, tells of what fails
      );
    }
    for (const result of await Promise.all(round)) {
      if (result === null) return point(warmup, false, results);
      results.push(result);
    }
    const soFar = point(warmup, true, results);
    if (soFar === null || 'replications' in effort) return soFar;
    const ratio = excess(soFar, effort.precision);
    if (ratio <= 1) return soFar;
    look(warmup, results);
    // Half-widths shrink with the square root of the number. An interval that has no end yet may get one; how soon is not known.
    const needed = ratio === Infinity && soFar.intervals.note === null ? 2 * count : Math.ceil(MARGIN * count * ratio * ratio);
    if (needed > MOST) return { ...soFar, precise: false };
    count = Math.min(2 * count, Math.max(count + 2, needed));
  }
}
