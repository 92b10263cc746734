import { likelyRuns, sweep } from '../../sim/experiments/sweep.ts';
import { withRunner } from './interrupt.ts';
import type { Options } from './options.ts';
import { writeResult } from './output.ts';
import { showProgress } from './progress.ts';
import { report } from './report.ts';

/** `mailsim sweep`: the scenario at many rates. Ctrl-C ends it with what is there so far. */
export async function sweepCommand(
  { scenario, seed, rates, effort, limit, threads, format, out }: Options,
  version: string,
): Promise<void> {
  const plan = { seed, rates, effort, limit };
  const { progress, end } = showProgress((planned) => likelyRuns(plan, planned));
  const result = await withRunner(scenario, threads, (runner) => sweep(runner, scenario, plan, { progress }));
  end();
  writeResult(report({ command: 'sweep', version, seed, scenario, limit, series: null, ...result }, format), out);
}
