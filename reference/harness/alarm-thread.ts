import { isMainThread, workerData } from 'node:worker_threads';

export interface AlarmData {
  /** Two cells: how often the alarm was set, and whether it rang and was not heard yet. */
  readonly cells: Int32Array;
  /** The instant that it is set to, of `now()`. */
  readonly next: Float64Array;
}

export const ARMED = 0;
export const RUNG = 1;

/** The present, ms, on the machine's monotonic clock, which all threads share; `performance.now()` counts from an origin of each thread. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** Sleeps until the instant that was set last, rings, and waits to be set again. */
function sleep({ cells, next }: AlarmData): never {
  for (let rung = 0; ; ) {
    const armed = Atomics.load(cells, ARMED);
    const left = armed === rung ? Infinity : next[0]! - now();
    if (left > 0) {
      Atomics.wait(cells, ARMED, armed, left); // until then, or until it is set anew
    } else {
      rung = armed;
      Atomics.store(cells, RUNG, 1);
      Atomics.notify(cells, RUNG);
    }
  }
}

if (!isMainThread && workerData?.cells) sleep(workerData as AlarmData);
