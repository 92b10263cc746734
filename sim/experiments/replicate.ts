import type { Scenario } from '../../fixtures/schema.ts';
import { type Point, summarise } from './point.ts';
import { excess, type Precision } from './precision.ts';
import { summariseRecovery } from './recovery.ts';
import type { Runner } from './runner.ts';
import type { RunResult, RunTask } from './simulate.ts';
import { settleWarmup, type Warmup } from './warmup.ts';

/** How often to replicate: a fixed number, or until the precision is reached. */
export type Effort = { readonly replications: number } | { readonly precision: Precision };

/** Told as runs are planned (more, where precision asks for them) and finished. */
export type Progress = (news: { readonly planned: number } | { readonly finished: number; readonly events: number }) => void;

const FIRST_ROUND = 10;
const MOST = 500; // replications; a percentile that lies between two modes (1% of hangs and p99) never becomes precise

/**
 * Independent replications of a scenario at one rate, in rounds: what a round says of the variance decides how many come next. Rounds depend
 * on results only, so the point does not depend on the number of threads. Where the runner is stopped, the point is made of the replications
 * that are there so far without a gap; null where there is none.
 */
export async function replicate(
  runner: Runner,
  scenario: Scenario,
  { seed, ratePerSecond, effort }: { readonly seed: number; readonly ratePerSecond: number; readonly effort: Effort },
  progress: Progress = () => {},
): Promise<Point | null> {
  const { measureMs, seriesMs } = scenario.run;
  const results: RunResult[] = [];

  async function run(task: Omit<RunTask, 'seed' | 'ratePerSecond' | 'batches'>): Promise<RunResult | null> {
    progress({ planned: 1 });
    try {
      const result = await runner.run({ seed, ratePerSecond, batches: 1, ...task });
      progress({ finished: 1, events: result.events });
      return result;
    } catch (error) {
      if (runner.stopped()) return null;
      throw error;
    }
  }

  function point(warmup: Warmup, precise: boolean): Point | null {
    if (results.length === 0) return null;
    return summarise(scenario, {
      ratePerSecond,
      replications: results.length,
      warmup,
      measureMs,
      measurements: results.flatMap(({ batches }) => batches),
      rows: results.map(({ rows }) => rows),
      recovery: summariseRecovery(scenario.faults, results),
      precise,
    });
  }

  const warmup = await settleWarmup(
    scenario,
    async (lengthMs) => (await run({ replication: 0, warmupMs: 0, measureMs: lengthMs, seriesMs }))?.series ?? null,
  );
  if (warmup === null) return null;
  let count = 'replications' in effort ? effort.replications : FIRST_ROUND;
  for (;;) {
    const round = Array.from({ length: count - results.length }, (_, i) =>
      run({ replication: results.length + i, warmupMs: warmup.ms, measureMs, seriesMs: warmup.rule === 'transient' ? seriesMs : null }),
    );
    for (const result of await Promise.all(round)) {
      if (result === null) return point(warmup, false);
      results.push(result);
    }
    const soFar = point(warmup, true);
    if (soFar === null || 'replications' in effort) return soFar;
    const ratio = excess(soFar, effort.precision);
    if (ratio <= 1) return soFar;
    if (count === MOST) return { ...soFar, precise: false };
    count = Math.min(MOST, Math.max(count + 2, Math.min(2 * count, Math.ceil(1.1 * count * ratio * ratio))));
  }
}
