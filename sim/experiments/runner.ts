import { extname } from 'node:path';
import { Piscina } from 'piscina';
import type { Scenario } from '../../fixtures/schema.ts';
import type { RunResult, RunTask } from './simulate.ts';

/** Makes runs of one scenario, some at a time. */
export interface Runner {
  /** Rejects where the runner was stopped before the run's end. */
  run(task: RunTask): Promise<RunResult>;
  stop(): Promise<void>;
  stopped(): boolean;
}

/**
 * Worker threads that each assemble the scenario once and then make runs of it. A result depends on its task alone, never on the thread or
 * on how many there are.
 */
export function startRunner(scenario: Scenario, threads: number): Runner {
  const pool = new Piscina<RunTask, RunResult>({
    filename: new URL(`./worker${extname(import.meta.url)}`, import.meta.url).href,
    workerData: scenario,
    minThreads: threads,
    maxThreads: threads,
  });
  let stopped = false;
  // An answer that comes while the pool is being destroyed is an error to it, and to nobody else.
  pool.on('error', (error) => {
    if (!stopped) throw error;
  });
  return {
    run: (task) => pool.run(task),
    stop() {
      stopped = true;
      return pool.destroy();
    },
    stopped: () => stopped,
  };
}
