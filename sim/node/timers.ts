import type { TaskQueues } from './task-queues.ts';
import type { UvLoop } from './uv-loop.ts';

const TIMEOUT_MAX_MS = 2 ** 31 - 1;
const NEVER_AGAIN = -1;

/** A JS timer, of setTimeout or setInterval; the fields have the names of Node's, without their underscores. */
export interface Timeout {
  onTimeout: (() => void) | null;
  /** Its delay in ms, perhaps with a fraction, or -1 if it can never be inserted again. */
  idleTimeout: number;
  /** From when it counts, ms of loop time. */
  idleStart: number;
  /** The period of an interval, ms. */
  readonly repeat: number | null;
  list: TimersList | null;
  destroyed: boolean;
  refed: boolean;
}

/** All timers of one duration, first in first out. */
interface TimersList {
  readonly ms: number;
  expiryMs: number;
  id: number;
  readonly timers: Set<Timeout>;
}

/**
 * setTimeout, setInterval, clearTimeout, refresh and unref (lib/internal/timers.js, lib/timers.js), behind one uv timer.
 *
 * @param call runs one callback
 */
export function createTimers(
  uv: Pick<UvLoop, 'freshMs' | 'loopMs' | 'startTimer' | 'keepAliveForTimer'>,
  { drain }: Pick<TaskQueues, 'drain'>,
  call: (callback: () => void) => void,
) {
  const lists = new Map<number, TimersList>(); // by duration, ms
  let lastListId = 0;
  let nextExpiryMs = Infinity; // what the uv timer is armed for, as far as Node's side knows
  let refed = 0; // timers that keep the loop alive

  function addRef(): void {
    if (refed++ === 0) uv.keepAliveForTimer(true);
  }

  function dropRef(): void {
    if (--refed === 0) uv.keepAliveForTimer(false);
  }

  function create(callback: () => void, delayMs: number, repeats: boolean): Timeout {
    let ms = delayMs;
    if (!(delayMs >= 1 && delayMs <= TIMEOUT_MAX_MS)) {
      // rule 10 (class Timeout): below 1, NaN or too long is 1
      ms = 1;
    }
    const timer: Timeout = {
      onTimeout: callback,
      idleTimeout: ms,
      idleStart: 0,
      repeat: repeats ? ms : null,
      list: null,
      destroyed: false,
      refed: true,
    };
    addRef();
    // rule 7 (src/env.cc, GetNowUint64): reading the time refreshes the loop's, for poll and re-arming too
    insert(timer, ms, uv.freshMs());
    return timer;
  }

  /** insert: at the end of the list of its duration. */
  function insert(timer: Timeout, delayMs: number, startMs: number): void {
    // rule 10 (insert): fractions are cut, for the list and for the expiry
    const ms = Math.trunc(delayMs);
    timer.idleStart = startMs;
    remove(timer);
    timer.list = lists.get(ms) ?? createList(ms, startMs + ms);
    timer.list.timers.add(timer);
  }

  function createList(ms: number, expiryMs: number): TimersList {
    const list = { ms, expiryMs, id: ++lastListId, timers: new Set<Timeout>() };
    lists.set(ms, list);
    if (expiryMs < nextExpiryMs) {
      // rule 8 (insert): one uv timer serves all lists, armed for the earliest
      uv.startTimer(ms);
      nextExpiryMs = expiryMs;
    }
    return list;
  }

  function remove(timer: Timeout): void {
    timer.list?.timers.delete(timer);
    timer.list = null;
  }

  /** clearTimeout, clearInterval and unenroll. */
  function clear(timer: Timeout): void {
    if (timer.onTimeout === null) return;
    timer.onTimeout = null;
    if (timer.destroyed) return;
    timer.destroyed = true;
    remove(timer);
    if (timer.refed) {
      const list = lists.get(Math.trunc(timer.idleTimeout));
      if (list?.timers.size === 0) {
        // rule 14 (unenroll): the list goes with its last timer (unless unrefed), the uv timer stays armed and wakes the loop for nothing
        lists.delete(list.ms);
      }
      dropRef();
    }
    timer.idleTimeout = NEVER_AGAIN;
  }

  /** Timeout.prototype.refresh: counts anew from now, and brings a timer that has run back to life. */
  function refresh(timer: Timeout): void {
    if (timer.idleTimeout < 0) return;
    insert(timer, timer.idleTimeout, uv.freshMs());
    if (timer.destroyed) {
      timer.destroyed = false;
      if (timer.refed) addRef();
    }
  }

  /** Timeout.prototype.unref: no longer keeps the loop alive. */
  function unref(timer: Timeout): void {
    if (!timer.refed) return;
    timer.refed = false;
    if (!timer.destroyed) dropRef();
  }

  /** timerListQueue.peek. */
  function firstList(): TimersList | undefined {
    let first: TimersList | undefined;
    for (const list of lists.values()) {
      if (first === undefined || list.expiryMs < first.expiryMs || (list.expiryMs === first.expiryMs && list.id < first.id)) first = list;
    }
    return first;
  }

  /** processTimers; returns the next expiry in ms, or Infinity. */
  function runLists(nowMs: number): number {
    nextExpiryMs = Infinity;
    let ranOne = false;
    for (let list = firstList(); list !== undefined; list = firstList()) {
      // rule 12 (processTimers): what is due is judged by the time at the start of the phase
      if (list.expiryMs > nowMs) {
        nextExpiryMs = list.expiryMs;
        break;
      }
      if (ranOne) {
        // rule 16 (processTimers): ticks and microtasks drain between lists
        drain();
      }
      ranOne = true;
      runList(list, nowMs);
    }
    return nextExpiryMs;
  }

  /** listOnTimeout: all of a list that is due. */
  function runList(list: TimersList, nowMs: number): void {
    let ranOne = false;
    for (const timer of list.timers) {
      if (nowMs - timer.idleStart < list.ms) {
        // rule 12 (listOnTimeout): a list run in part takes its place in the queue anew, behind its equals
        list.expiryMs = Math.max(timer.idleStart + list.ms, nowMs + 1);
        list.id = ++lastListId;
        return;
      }
      if (ranOne) {
        // rule 16 (listOnTimeout): ticks and microtasks drain between timers
        drain();
      }
      ranOne = true;
      // rule 11 (listOnTimeout): a due list runs all its due timers, first in first out, before a list that was due in between
      remove(timer);
      fire(timer);
    }
    if (list === lists.get(list.ms)) lists.delete(list.ms);
  }

  function fire(timer: Timeout): void {
    if (timer.onTimeout === null) {
      finish(timer);
      return;
    }
    if (timer.repeat === null) {
      call(timer.onTimeout);
    } else {
      // rule 13 (listOnTimeout): an interval counts from before its callback, but is appended after it
      const startMs = uv.freshMs();
      call(timer.onTimeout);
      if (timer.idleTimeout !== NEVER_AGAIN) {
        insert(timer, timer.repeat, startMs);
        return;
      }
    }
    if (timer.list === null) finish(timer);
  }

  function finish(timer: Timeout): void {
    if (timer.destroyed) return;
    timer.destroyed = true;
    if (timer.refed) dropRef();
  }

  /** Environment::RunTimers (src/env.cc): what the uv timer calls. */
  function run(): void {
    const expiryMs = runLists(uv.freshMs());
    if (expiryMs !== Infinity) {
      // rule 8 (RunTimers): re-armed at least 1 ms from the loop's time, before the last drain
      uv.startTimer(Math.max(1, expiryMs - uv.loopMs()));
    }
    uv.keepAliveForTimer(refed > 0 && expiryMs !== Infinity);
    drain();
  }

  return { create, clear, refresh, unref, run };
}
