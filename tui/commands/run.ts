import { setImmediate } from 'node:timers/promises';
import type { Observe } from '../../sim/architectures/simulation.ts';
import { replicate } from '../../sim/experiments/replicate.ts';
import { prepare } from '../../sim/experiments/simulate.ts';
import { single } from '../../sim/experiments/single.ts';
import { traceMoments } from '../../sim/metrics/trace.ts';
import { untilInterrupted, withRunner } from './interrupt.ts';
import type { Options } from './options.ts';
import { openLines, writeResult } from './output.ts';

import { showProgress } from './progress.ts';
import { type Findings, report } from './report.ts';

/** `mailsim run`: the scenario at one rate, one run with batch means, or replications of it. Ctrl-C ends it with what is there so far. */
export async function runCommand(options: Options, version: string): Promise<void> {
  const { scenario, seed, limit, format, out, effort } = options;
  const found = 'replications' in effort && effort.replications > 1 ? await replicated(options, effort) : await once(options);
  writeResult(report({ command: 'run', version, seed, scenario, limit, knee: null, ...found }, format), out);
}

type Found = Pick<Findings, 'points' | 'series' | 'complete'>;

async function replicated({ scenario, seed, rates, threads }: Options, effort: { readonly replications: number }): Promise<Found> {
  const { progress, end } = showProgress();
  const found = await withRunner(scenario, threads, async (runner) => {
    const point = await replicate(runner, scenario, { seed, ratePerSecond: rates[0]!, effort }, progress);
    return { points: point === null ? [] : [point], series: null, complete: !runner.stopped() };
  });
  end();
  return found;
}

async function once({ scenario, seed, rates, trace: file, plan }: Options): Promise<Found> {
  const trace = file === null ? null : openLines(file);
  let interrupted = false;
  let tracing = false;
  const ratePerSecond = rates[0]!;
  const watch: Observe = (calendar, requests) => [
    traceMoments(calendar, requests, (entry) => tracing && trace?.write(JSON.stringify(entry))),
  ];
  const begin = prepare(scenario, { observers: trace === null ? [] : [watch], ...(plan !== null && { workload: plan.workload }) });
  const goOn = async () => {
    await setImmediate(); // lets Ctrl-C through
    return !interrupted;
  };
  const measuring = () => {
    tracing = true;
  };
  const { progress, end } = showProgress();
  try {
    const { point, series, complete } = await untilInterrupted(
      () =>
        single(scenario, { seed, ratePerSecond, ...(plan !== null && { warmup: plan.head.warmup }) }, begin, goOn, { progress, measuring }),
      () => (interrupted = true),
    );
    trace?.keep();
    end();
    return { points: point === null ? [] : [point], series, complete };
  } finally {
    trace?.discard(); // unless it is kept
  }
}
