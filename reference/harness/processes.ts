import type { Log } from './last-words.ts';
import { type Process, type ProcessSpec, type StartedProcess, startProcess } from './process.ts';

export type { Exit, Process, ProcessSpec } from './process.ts';

/** Processes that live and end together. */
export interface Processes {
  /** Starts a process; if it does not become ready, all are stopped and this rejects, saying why. */
  start<Listening>(spec: ProcessSpec): Promise<Process<Listening>>;
  /**
   * Rejects when one of them ends that nobody told to, saying which, how, and what it wrote last; never resolves. What is ended on purpose, by
   * its own `stop()` or `kill()`, as a planned fault does it, may end and be started again.
   */
  readonly broken: Promise<never>;
  /** Those that are ready and have not ended. */
  running(): readonly Process<unknown>[];
  /** Stops all at the same time. Whoever has not ended in time is killed. */
  stop(): Promise<void>;
  /** Kills all at once, also while they stop. */
  kill(): Promise<void>;
}

export interface ProcessesOptions {
  /** From SIGTERM to SIGKILL, real ms. */
  readonly stopWithinMs?: number;
  /** Takes all that they write. */
  readonly log?: Log | undefined;
}

/** Real ms. */
export const STOP_WITHIN_MS = 3000;

export function createProcesses({ stopWithinMs = STOP_WITHIN_MS, log = () => {} }: ProcessesOptions = {}): Processes {
  const all: StartedProcess<unknown>[] = [];
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {}); // whoever waits for it hears of it; nobody has to
  const running = new Set<Process<unknown>>();
  let stopping = false;

  async function everyOne(end: (each: StartedProcess<unknown>) => Promise<unknown>): Promise<void> {
    stopping = true;
    await Promise.all(all.map(end));
  }
  const stop = () => everyOne((each) => each.stop());

  return {
    async start<Listening>(spec: ProcessSpec) {
      try {
        if (stopping) throw new Error(`${spec.name} is not started: all are stopping`);
        const started = startProcess<Listening>(spec, stopWithinMs, log);
        all.push(started);
        void started.exited.then(async () => {
          if (!started.isEnding()) broken.reject(new Error(await started.obituary()));
        });
        const process = await started.ready;
        running.add(process);
        void process.exited.then(() => running.delete(process));
        return process;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    broken: broken.promise,
    running: () => [...running],
    stop,
    kill: () => everyOne((each) => each.kill()),
  };
}
