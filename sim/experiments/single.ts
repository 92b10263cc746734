import type { Scenario } from '../../fixtures/schema.ts';
import { PIECES } from './independence.ts';
import { type Point, summarise } from './point.ts';
import { summariseRecovery } from './recovery.ts';
import type { Progress } from './replicate.ts';
import { type Series, spanMs, toSeries } from './series.ts';
import type { Run, RunResult, RunTask } from './simulate.ts';
import { settleWarmup, type Warmup } from './warmup.ts';

/** One run looked at whole. */
export interface Single {
  readonly point: Point | null;
  readonly series: Series | null;
  readonly complete: boolean;
}

export interface SingleTask {
  readonly seed: number;
  readonly ratePerSecond: number;
  /** If it is settled already; else it is found as the scenario says. */
  readonly warmup?: Warmup;
}

/**
 * One run of one seed, which is replication 0 of a sweep under that seed. Its intervals are batch means, of as many batches as are
 * independent. A transient has no such parts, so no half-widths.
 *
 * @param begin starts a run on an assembled scenario
 * @param goOn is asked after each step of the series; false ends the run with what is there
 * @param measuring is told the warm-up, ms, before the run that is measured begins (a pilot run for the warm-up may come before it)
 */
export async function single(
  scenario: Scenario,
  { seed, ratePerSecond, warmup: settled }: SingleTask,
  begin: (task: RunTask) => Run,
  goOn: () => Promise<boolean>,
  { progress = () => {}, measuring = () => {} }: { readonly progress?: Progress; readonly measuring?: (warmupMs: number) => void } = {},
): Promise<Single> {
  const { measureMs, seriesMs } = scenario.run;
  let stopped = false;

  async function drive(task: Pick<RunTask, 'warmupMs' | 'measureMs' | 'batches' | 'seriesMs'>): Promise<RunResult> {
    progress({ planned: 1 });
    const run = begin({ seed, replication: 0, ratePerSecond, ...task });
    for (let step = run.next(); ; step = run.next(stopped ? 'stop' : undefined)) {
      if (step.done) {
        progress({ finished: 1, events: step.value.events });
        return step.value;
      }
      progress({ share: step.value / (task.warmupMs + task.measureMs) });
      stopped = !(await goOn());
    }
  }

  const warmup =
    settled ??
    (await settleWarmup(scenario, async (pilotMs, stepMs) => {
      const { series } = await drive({ warmupMs: 0, measureMs: pilotMs, batches: 1, seriesMs: stepMs });
      return stopped ? null : series;
    }));
  if (warmup === null) return { point: null, series: null, complete: false };

  measuring(warmup.ms);
  const result = await drive({
    warmupMs: warmup.ms,
    measureMs,
    batches: warmup.rule === 'transient' ? 1 : PIECES,
    seriesMs: spanMs(seriesMs, warmup.ms + measureMs),
  });
  const measuredMs = result.batches.reduce((total, { flows }) => total + flows.durationMs, 0);
  const point =
    measuredMs === 0
      ? null
      : summarise(scenario, {
          ratePerSecond,
          warmup,
          measureMs: measuredMs,
          runs: [result.batches],
          rows: [result.rows],
          recovery: summariseRecovery(scenario.faults, [result]),
          precise: true,
        });
  return { point, series: toSeries(scenario, result.series ?? []), complete: !stopped };
}
