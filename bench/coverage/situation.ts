import type { Scenario } from '../../fixtures/schema.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { DEFAULT_PRECISION } from '../../sim/experiments/precision.ts';
import { replicate } from '../../sim/experiments/replicate.ts';
import type { Runner } from '../../sim/experiments/runner.ts';
import { finish, prepare, type Run, type RunTask } from '../../sim/experiments/simulate.ts';
import { single } from '../../sim/experiments/single.ts';
import { type Situation, scenarioOf } from './cases.ts';
import { readFigures } from './figures.ts';

/** How often an interval of a figure was shown, and how often the truth was in it. */
export interface Tally {
  shown: number;
  covered: number;
  low: number;
}

type Begin = (task: RunTask) => Run;

/** Makes runs in this thread. */
export function runnerOf(begin: Begin): Runner {
  return {
    run: async (task) => finish(begin(task)),
    pause() {},
    resume() {},
    async stop() {},
    stopped: () => false,
  };
}

export async function pointOf(scenario: Scenario, { ratePerSecond, effort }: Situation, seed: number, begin: Begin): Promise<Point> {
  if (effort === 'run') return (await single(scenario, { seed, ratePerSecond }, begin, async () => true)).point!;
  const work = effort === 'precision' ? { precision: DEFAULT_PRECISION } : { replications: effort };
  return (await replicate(runnerOf(begin), scenario, { seed, ratePerSecond, effort: work }))!;
}

const TRUTH_SEED = 1_000_000;

/** The figures in the long run: of one run many times as long. */
export async function truthOf(situation: Situation): Promise<(number | null)[]> {
  const { run, ...rest } = scenarioOf(situation);
  const scenario = { ...rest, run: { ...run, measureMs: run.measureMs * situation.truth } };
  const point = await pointOf(scenario, { ...situation, effort: 'run' }, TRUTH_SEED, prepare(scenario));
  return readFigures(point).map((reading) => reading?.value ?? null);
}

/** How often the intervals of some seeds hold the truth, by figure; null where there is no such figure. */
export async function coverage(
  situation: Situation,
  seeds: readonly number[],
  truth: readonly (number | null)[],
): Promise<(Tally | null)[]> {
  const scenario = scenarioOf(situation);
  const begin = prepare(scenario);
  const tallies = truth.map((value) => (value === null ? null : { shown: 0, covered: 0, low: 0 }));
  for (const seed of seeds) {
    const figures = readFigures(await pointOf(scenario, situation, seed, begin));
    for (const [i, tally] of tallies.entries()) {
      const { lower, upper } = figures[i] ?? { lower: null, upper: null };
      if (tally === null || lower === null || upper === null) continue;
      tally.shown++;
      if (lower <= truth[i]! && truth[i]! <= upper) tally.covered++;
      if (upper < truth[i]!) tally.low++;
    }
  }
  return tallies;
}
