import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { InsideRun } from './inside-guide.ts';
import type { InsideEvent, InsideState } from './inside-state.ts';
import type { InsideThreadNews } from './inside-thread.ts';

export interface InsideSession {
  /** Makes the thread and the clock do what the state says; to be called after every change. Null: nothing is looked into. */
  follow(state: InsideState | null): void;
  /** Ends the threads, and resolves when they have ended; what comes after is not followed any more. */
  stop(): Promise<void>;
}

const TICK_MS = 50; // 20 frames a second

/** Looks into runs, each in a thread of its own. What it finds out, and the time that goes by while a run plays, is told as events. */
export function createInsideSession(tell: (event: InsideEvent) => void, fail: (error: unknown) => void): InsideSession {
  let state: InsideState | null = null;
  let worker: Worker | null = null;
  const ends = new Set<Promise<void>>(); // of threads that have not ended
  let timer: NodeJS.Timeout | undefined;
  let tickedMs = 0;
  let stopped = false;

  function open({ scenario, seed, ratePerSecond }: InsideState): Worker {
    const thread = new Worker(new URL(`./inside-thread${extname(import.meta.url)}`, import.meta.url), {
      workerData: { scenario, seed, ratePerSecond } satisfies InsideRun,
      execArgv: [], // options such as `--input-type` are for the main program alone
    });
    const ifPresent =
      <Message>(act: (message: Message) => void) =>
      (message: Message) => {
        if (thread === worker) act(message); // what a thread says that was given up comes too late
      };
    thread.on('message', ifPresent<InsideThreadNews>(tell));
    thread.on('error', ifPresent(fail));
    const end = new Promise<void>((resolve) => thread.once('exit', () => resolve())).then(() => void ends.delete(end));
    ends.add(end);
    return thread;
  }

  /** A thread ends itself: one that is terminated while others begin may take the process with it (nodejs/node#56312). */
  function close(): void {
    worker?.postMessage(null);
    worker = null;
  }

  function tick(): void {
    const nowMs = performance.now();
    const elapsedMs = nowMs - tickedMs;
    tickedMs = nowMs;
    if (state?.pending === false) tell({ kind: 'tick', elapsedMs });
  }

  function runClock(playing: boolean): void {
    if (playing === (timer !== undefined)) return;
    clearInterval(timer);
    tickedMs = performance.now();
    timer = playing ? setInterval(tick, TICK_MS) : undefined;
  }

  function follow(next: InsideState | null): void {
    if (stopped) return;
    const before = state;
    state = next;
    runClock(next?.playing ?? false);
    if (next === null) close();
    else if (before === null || !isSameRun(before, next)) {
      close();
      worker = open(next);
      worker.postMessage(next.wish);
    } else if (next.wish.id !== before.wish.id) {
      worker?.postMessage(next.wish);
    }
  }

  return {
    follow,
    async stop() {
      follow(null);
      stopped = true;
      await Promise.all(ends);
    },
  };
}

function isSameRun(a: InsideState, b: InsideState): boolean {
  return a.scenario === b.scenario && a.seed === b.seed && a.ratePerSecond === b.ratePerSecond;
}
