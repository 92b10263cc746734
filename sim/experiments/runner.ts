import { extname } from 'node:path';
import { Piscina } from 'piscina';
import type { Scenario } from '../../fixtures/schema.ts';
import type { RunResult, RunTask } from './simulate.ts';

/** Makes runs of one scenario, some at a time. */
export interface Runner {
  /**
   * Rejects where the runner was stopped before the run's end. Of the runs that wait for a thread the one of the lowest rank is made first,
   * of equal ones the one that was asked for first. One whose signal has come by its turn is not made: it rejects.
   */
  run(task: RunTask, rank?: number, signal?: AbortSignal): Promise<RunResult>;
  /** Begins no more runs; those under way are finished. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
  stopped(): boolean;
}

interface Waiting {
  readonly task: RunTask;
  readonly signal: AbortSignal | undefined;
  resolve(result: RunResult): void;
  reject(error: unknown): void;
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
  const waiting = new Map<number, Waiting[]>(); // by rank: many runs, few ranks
  let underWay = 0;
  let paused = false;
  let stopped = false;
  // An answer that comes while the pool is being destroyed is an error to it, and to nobody else.
  pool.on('error', (error) => {
    if (!stopped) throw error;
  });

  function takeNext(): Waiting | undefined {
    const rank = Math.min(...waiting.keys());
    const queue = waiting.get(rank);
    const next = queue?.shift();
    if (queue?.length === 0) waiting.delete(rank);
    return next;
  }

  function begin(): void {
    while (!paused && underWay < threads) {
      const next = takeNext();
      if (next === undefined) return;
      if (next.signal?.aborted) {
        next.reject(next.signal.reason);
        continue;
      }
      underWay++;
      pool
        .run(next.task)
        .finally(() => underWay--)
        .then(next.resolve, next.reject)
        .finally(begin);
    }
  }

  return {
    run: (task, rank = 0, signal) =>
      new Promise((resolve, reject) => {
        const queue = waiting.get(rank) ?? [];
        queue.push({ task, signal, resolve, reject });
        waiting.set(rank, queue);
        begin();
      }),
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      begin();
    },
    stop() {
      stopped = true;
      for (const { reject } of [...waiting.values()].flat()) reject(new Error('stopped before its turn'));
      waiting.clear();
      return pool.destroy();
    },
    stopped: () => stopped,
  };
}
