import type { Scenario } from '../../fixtures/schema.ts';
import { type Runner, startRunner } from '../../sim/experiments/runner.ts';

/** Exit code of a command that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

/** Does work that Ctrl-C ends early: the first one asks it to stop, a second one ends the process at once. */
export async function untilInterrupted<Result>(work: () => Promise<Result>, stop: () => void): Promise<Result> {
  const interrupt = () => {
    process.exitCode = INTERRUPTED;
    process.once('SIGINT', () => process.exit(INTERRUPTED));
    stop();
  };
  process.once('SIGINT', interrupt);
  try {
    return await work();
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Does work with threads that make runs of a scenario; Ctrl-C stops them, and so the work, and none is left however it ends. */
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
