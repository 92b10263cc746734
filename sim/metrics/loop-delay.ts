import type { Calendar } from '../engine/calendar.ts';
import { loopMs } from '../node/loop-clock.ts';
import type { Observer } from '../stations/moments.ts';
import type { Requests } from '../stations/requests.ts';
import { createHistograms, type Histogram } from './histogram.ts';

const RESOLUTION_MS = 10; // of perf_hooks' monitorEventLoopDelay by default, and of prom-client's use of it

/**
 * What monitorEventLoopDelay would see in each pod: a timer of 10 ms that sets itself again whenever it fires, and by how much more than
 * 10 ms it took. The probe is worked out from when the loop slept and came round, so it takes no time and changes nothing.
 */
export function meterLoopDelays(calendar: Calendar, { pod }: Requests, count: number) {
  const { clock, state } = calendar;
  const { record, read } = createHistograms(calendar, count);
  const isAsleep = state(new Int32Array(count).fill(1));
  const turnedMs = state(new Float64Array(count)); // when the loop last came round to its timers: from then on it sleeps, if it does
  const wokeMs = state(new Float64Array(count));
  const dueMs = state(new Float64Array(count).fill(RESOLUTION_MS)); // of the probe, on libuv's clock
  const firedMs = state(new Float64Array(count));

  function fire(p: number, atMs: number): void {
    record(p, Math.max(0, atMs - firedMs[p]! - RESOLUTION_MS));
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

  const observer: Observer = {
    callbackBegan: (request) => {
      const p = pod[request]!;
      if (isAsleep[p] === 0) return;
      isAsleep[p] = 0;
      wokeMs[p] = clock[0];
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

  return {
    observer,
    /** The delays since the last reading, ms, of each pod. */
    read(): Histogram[] {
      for (let p = 0; p < count; p++) if (isAsleep[p] === 1) fireAsleep(p, clock[0]);
      return read();
    },
  };
}
