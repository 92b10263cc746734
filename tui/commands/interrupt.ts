import { constants } from 'node:os';
import type { Scenario } from '../../fixtures/schema.ts';
import { type Runner, startRunner } from '../../sim/experiments/runner.ts';

/** What ends a command: Ctrl-C, `kill`, and the end of its terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Exit code of a command that a signal ended: 128 + its number. */
const ended = (signal: (typeof SIGNALS)[number]) => 128 + constants.signals[signal];

/** Does work that a signal ends early: the first one asks it to stop, any other to hurry; without `hurry` it ends the process at once. */
export async function untilInterrupted<Result>(work: () => Promise<Result>, stop: () => void, hurry?: () => void): Promise<Result> {
  let interrupted = false;
  const interrupt = (signal: (typeof SIGNALS)[number]) => {
    process.exitCode = ended(signal);
    if (!interrupted) stop();
    else if (hurry) hurry();
    else process.exit();
    interrupted = true;
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return await work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

/** Does work with threads that make runs of a scenario; a signal stops them, and so the work, and none is left however it ends. */
export async function withRunner<Result>(scenario: Scenario, threads: number, work: (runner: Runner) => Promise<Result>): Promise<Result> {
  const runner = startRunner(scenario, threads);
  try {
    return await untilInterrupted(
      () => work(runner),
      () => void runner.stop(),
    );
  } finally {
    await runner.stop();
  }
}
