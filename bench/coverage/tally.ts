import type { Scenario } from '../../fixtures/schema.ts';
import { DEFAULT_LIMIT, parseLimit } from '../../sim/experiments/limit.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { DEFAULT_PRECISION } from '../../sim/experiments/precision.ts';
import { replicate } from '../../sim/experiments/replicate.ts';
import type { Runner } from '../../sim/experiments/runner.ts';
import { finish, prepare, type Run, type RunTask } from '../../sim/experiments/simulate.ts';
import { single } from '../../sim/experiments/single.ts';
import { sweep } from '../../sim/experiments/sweep.ts';
import { readFigures } from './figures.ts';
import { type Situation, scenarioOf } from './situations.ts';

/** How many intervals of a figure were shown, and how many of them held the truth. */
export interface Tally {
  readonly shown: number;
  readonly covered: number;
}

/** What is true in a situation, to be found out if it is null; and how often it is in the intervals of some seeds. */
export interface Question {
  readonly situation: Situation;
  readonly truth: Truth | null;
  readonly seeds: readonly number[];
}

export interface Answer {
  readonly truth: Truth;
  readonly tallies: readonly (Tally | null)[];
}

/** What is true of each figure; null where the scenario has no such figure, or none of what it counts. */
type Truth = readonly (number | null)[];

/** The figure that only a sweep has: it stands after all others. */
export const KNEE = 'knee';

interface Interval {
  readonly lower: number | null;
  readonly upper: number | null;
}

const MANY = 40; // replications that the default precision may ask for
const TRUTH_SEED = 1_000_000; // no other question has it

export async function answer({ situation, truth, seeds }: Question): Promise<Answer> {
  const scenario = scenarioOf(situation);
  const begin = prepare(scenario);
  const known = truth ?? (await findTruth(situation, scenario));
  const tallies = known.map((value) => (value === null ? null : { shown: 0, covered: 0 }));
  for (const seed of seeds) {
    const intervals = await intervalsOf(situation, scenario, seed, begin);
    for (const [i, tally] of tallies.entries()) {
      const interval = intervals[i];
      if (tally === null || interval == null || interval.lower === null || interval.upper === null) continue;
      tally.shown++;
      if (interval.lower <= known[i]! && known[i]! <= interval.upper) tally.covered++;
    }
  }
  return { truth: known, tallies };
}

/** The figures of one run that is many times as long, and where a formula has the knee, that. */
async function findTruth({ effort, knee, ratePerSecond, longer }: Situation, scenario: Scenario): Promise<Truth> {
  const runs = typeof effort === 'number' ? effort : { run: 1, precision: MANY }[effort];
  const long = { ...scenario, run: { ...scenario.run, measureMs: scenario.run.measureMs * runs * longer } };
  const point = knee === undefined ? await pointOf(long, { ratePerSecond, effort: 'run' }, TRUTH_SEED, prepare(long)) : null;
  return [...readFigures(point).map((reading) => reading?.value || null), knee?.truth ?? null];
}

async function intervalsOf(
  situation: Situation,
  scenario: Scenario,
  seed: number,
  begin: (task: RunTask) => Run,
): Promise<(Interval | null)[]> {
  const { knee } = situation;
  if (knee === undefined) return readFigures(await pointOf(scenario, situation, seed, begin));
  const plan = { seed, rates: knee.rates, effort: { replications: 10 }, limit: parseLimit(DEFAULT_LIMIT)! };
  return [...readFigures(null), (await sweep(inThisThread(begin), scenario, plan)).knee];
}

async function pointOf(
  scenario: Scenario,
  { ratePerSecond, effort }: Pick<Situation, 'ratePerSecond' | 'effort'>,
  seed: number,
  begin: (task: RunTask) => Run,
): Promise<Point> {
  if (effort === 'run') return (await single(scenario, { seed, ratePerSecond }, begin, async () => true)).point!;
  const work = effort === 'precision' ? { precision: DEFAULT_PRECISION } : { replications: effort };
  return (await replicate(inThisThread(begin), scenario, { seed, ratePerSecond, effort: work }))!;
}

/** Makes runs in this thread, one after another. */
function inThisThread(begin: (task: RunTask) => Run): Runner {
  return { run: async (task) => finish(begin(task)), pause() {}, resume() {}, async stop() {}, stopped: () => false };
}
