import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar } from '../engine/calendar.ts';
import { loopMs } from '../node/loop-clock.ts';
import type { Observer } from '../stations/moments.ts';
import { IS_SERVED, type Requests } from '../stations/requests.ts';
import { SEND } from '../workload/workload.ts';
import { createHistograms, type Histogram } from './histogram.ts';

const RESOLUTION_MS = 10; // of perf_hooks' monitorEventLoopDelay by default, and of prom-client's use of it

export type LoopMeter = ReturnType<typeof meterLoops>;

/**
 * What the pods' event loops do, in one observer, since callbacks are the most frequent of all moments: how long each runs callbacks, how
 * long each send waits for its turns, and what monitorEventLoopDelay would see in each pod. That is a timer of 10 ms that sets itself again
 * whenever it fires, and by how much more than 10 ms it took; it is worked out from when the loop slept and came round, so it takes no time
 * and changes nothing.
 */
export function meterLoops(calendar: Calendar, { pod, kind, outcome }: Requests, { pods }: Scenario) {
  const { clock, state, capacity } = calendar;
  const count = pods.eventLoop === null ? 0 : pods.count;
  const beganMs = state(new Float64Array(count)); // of the callback that runs
  const activeMs = state(new Float64Array(count)); // since the last reading
  const isRunning = state(new Int32Array(count));
  const readyMs = new Float64Array(capacity); // when the present callback was ready
  const waitedMs = new Float64Array(capacity); // of a request so far, in all
  const waits = createHistograms(calendar, 1);

  const delays = createHistograms(calendar, count);
  const isAsleep = state(new Int32Array(count).fill(1));
  const turnedMs = state(new Float64Array(count)); // when the loop last came round to its timers: from then on it sleeps, if it does
  const wokeMs = state(new Float64Array(count));
  const dueMs = state(new Float64Array(count).fill(RESOLUTION_MS)); // of the probe, on libuv's clock
  const firedMs = state(new Float64Array(count));

  const observer: Observer = {
    arrived: (request) => {
      waitedMs[request] = 0;
    },
    callbackReady: (request) => {
      readyMs[request] = clock[0];
    },
    callbackBegan: (request) => {
      const p = pod[request]!;
      waitedMs[request]! += clock[0] - readyMs[request]!;
      beganMs[p] = clock[0];
      isRunning[p] = 1;
      if (isAsleep[p] === 0) return;
      isAsleep[p] = 0;
      wokeMs[p] = clock[0];
    },
    callbackEnded: (request) => {
      const p = pod[request]!;
      isRunning[p] = 0;
      activeMs[p]! += clock[0] - beganMs[p]!;
    },
    departed: (request) => {
      if (kind[request] === SEND && IS_SERVED[outcome[request]!] === 1) waits.record(0, waitedMs[request]!);
    },
    loopTurned: (p) => {
      if (dueMs[p]! <= clock[0]) {
        fireAsleep(p, isAsleep[p] === 1 ? clock[0] : wokeMs[p]!);
        if (dueMs[p]! <= loopMs(clock[0])) fire(p, clock[0]);
      }
      isAsleep[p] = 1;
      turnedMs[p] = clock[0];
    },
  };

  function fire(p: number, atMs: number): void {
    delays.record(p, Math.max(0, atMs - firedMs[p]! - RESOLUTION_MS));
    firedMs[p] = atMs;
    dueMs[p] = loopMs(atMs) + RESOLUTION_MS;
  }

  /** The probe wakes a loop that has slept until `untilMs`, as any timer does: poll sleeps for whole ms. */
  function fireAsleep(p: number, untilMs: number): void {
    for (;;) {
      const wakesMs = turnedMs[p]! + (dueMs[p]! - loopMs(turnedMs[p]!));
      if (wakesMs > untilMs) return;
      fire(p, wakesMs);
      turnedMs[p] = wakesMs;
    }
  }

  return {
    observer,

    /** Time that each pod's loop ran callbacks since the last reading, ms; empty where there are no loops. */
    readActiveMs(): number[] {
      for (let p = 0; p < count; p++) {
        if (isRunning[p] === 0) continue;
        activeMs[p]! += clock[0] - beganMs[p]!;
        beganMs[p] = clock[0];
      }
      const active = [...activeMs];
      activeMs.fill(0);
      return active;
    },

    /** Waits of sends for their turns, each in all, ms, of those that departed since the last reading. */
    readWaits: (): Histogram => waits.read()[0]!,

    /** The delays of each pod since the last reading, ms. */
    readDelays(): Histogram[] {
      for (let p = 0; p < count; p++) if (isAsleep[p] === 1) fireAsleep(p, clock[0]);
      return delays.read();
    },
  };
}
