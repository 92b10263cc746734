export const NS_PER_MS = 1_000_000;

/** What libuv calls, and whom it tells. */
export interface UvCallbacks {
  /** The one uv timer behind all JS timers fired (Node: Environment::RunTimers). */
  timerFired(): void;
  /** The check phase (Node: Environment::CheckImmediate). */
  check(): void;
  /** One callback of I/O, or of a closed handle, with the drain of ticks and microtasks that belongs to it (Node: MakeCallback). */
  callBack(kind: 'io' | 'close', callback: () => void): void;
  /** The loop slept in its poll, both instants in ns. */
  slept(fromNs: number, untilNs: number): void;
}

interface Readiness {
  readonly atNs: number;
  readonly callback: () => void;
}

export type UvLoop = ReturnType<typeof createUvLoop>;

/**
 * libuv's loop (src/unix/core.c, src/unix/linux.c, src/timer.c) on a virtual clock: phases, poll, closing handles, and one timer, since Node
 * puts all JS timers behind one. The clock is an integer of nanoseconds, so that ties are exact; libuv's own time is in whole milliseconds.
 * What a kernel gives in several batches, more than 1,024 events at once, comes in one.
 *
 * @param startNs what the monotonic clock shows when the process starts
 */
export function createUvLoop(startNs: number, { timerFired, check, callBack, slept }: UvCallbacks) {
  const ready: Readiness[] = []; // pending I/O, in the order of readiness
  let nowNs = startNs;
  let loopMs = Math.floor(startNs / NS_PER_MS);
  let timerDueMs = Infinity; // Infinity: not armed
  let timerKeepsAlive = false;
  let idleHandleActive = false;
  let closing: (() => void)[] = [];

  /** uv__update_time. */
  function updateTime(): void {
    // rule 2 (core.c, uv__hrtime / 1,000,000): libuv's time is the clock cut to milliseconds
    loopMs = Math.floor(nowNs / NS_PER_MS);
  }

  /** uv_now after uv_update_time: what Node reads as the time, ms. */
  function freshMs(): number {
    updateTime();
    return loopMs;
  }

  /** Uses the processor for so many ns; only callbacks do. */
  function burn(ns: number): void {
    nowNs += ns;
  }

  /** uv_timer_start: counts from the time that the loop remembers, which may be older than the clock. */
  function startTimer(ms: number): void {
    timerDueMs = loopMs + ms;
  }

  /** I/O that becomes ready `delayNs` from now; of what is ready at one instant, the first asked is first. */
  function expectIo(delayNs: number, callback: () => void): void {
    const atNs = nowNs + delayNs;
    let place = ready.length;
    while (place > 0 && ready[place - 1]!.atNs > atNs) place--;
    ready.splice(place, 0, { atNs, callback });
  }

  /** uv_close. */
  function close(callback: () => void): void {
    // rule 20 (core.c, uv__make_close_pending): closing handles are a stack, the last closed first
    closing.unshift(callback);
  }

  /** uv__loop_alive. */
  function alive(): boolean {
    return (timerKeepsAlive && timerDueMs !== Infinity) || idleHandleActive || ready.length > 0 || closing.length > 0;
  }

  /** uv__backend_timeout: for how long poll may sleep, ms. */
  function backendTimeoutMs(): number {
    // rule 3 (core.c): no sleep if nothing is alive, an immediate is pending (rule 9) or handles are closing; without timers, no end
    if (!alive() || idleHandleActive || closing.length > 0) return 0;
    return Math.max(0, timerDueMs - loopMs);
  }

  function takeReady(): Readiness[] {
    let count = 0;
    while (count < ready.length && ready[count]!.atNs <= nowNs) count++;
    return ready.splice(0, count);
  }

  /** uv__io_poll. */
  function poll(timeoutMs: number): void {
    const baseMs = loopMs;
    let batch = takeReady();
    // rule 4 (linux.c, UV_METRICS_IDLE_TIME): the first epoll_pwait never sleeps, and the time is read again after it
    updateTime();
    if (batch.length === 0) {
      if (timeoutMs === 0) return;
      const leftMs = timeoutMs - (loopMs - baseMs);
      if (leftMs <= 0) return;
      sleep(leftMs);
      batch = takeReady();
      updateTime();
    }
    for (const { callback } of batch) {
      // rule 5 (linux.c): one batch a poll, in the order of readiness; what becomes ready meanwhile waits for the next iteration
      callBack('io', callback);
    }
  }

  /** epoll_pwait with a time-out in whole ms: counted from the clock, not from libuv's time, so a timer can be up to 1 ms late. */
  function sleep(timeoutMs: number): void {
    const fromNs = nowNs;
    nowNs = Math.min(fromNs + timeoutMs * NS_PER_MS, ready[0]?.atNs ?? Infinity);
    if (nowNs === Infinity) throw new Error('the loop would sleep for ever: something keeps it alive that never happens');
    slept(fromNs, nowNs);
  }

  /** uv__run_timers. */
  function runTimers(): void {
    if (timerDueMs > loopMs) return;
    // rule 6 (timer.c, libuv 1.47 and later): due timers are collected before any runs, so one armed meanwhile waits for the next phase
    timerDueMs = Infinity;
    timerFired();
  }

  /** uv__run_closing_handles. */
  function runClosing(): void {
    const closed = closing;
    closing = [];
    for (const callback of closed) callBack('close', callback);
  }

  /** uv_run, UV_RUN_DEFAULT: until nothing keeps the loop alive. */
  function run(): void {
    if (!alive()) return;
    // rule 1 (core.c, uv_run): timers once before the first iteration; in an iteration they are last
    updateTime();
    // rule 19 (core.c, uv_run): so of a main script's setTimeout(0) and setImmediate the timer is first only if a millisecond has turned
    runTimers();
    do {
      poll(backendTimeoutMs());
      check();
      // rule 20 (core.c, uv_run): close callbacks after immediates, before timers
      runClosing();
      updateTime();
      runTimers();
    } while (alive());
  }

  return {
    nowNs: () => nowNs,
    loopMs: () => loopMs,
    freshMs,
    burn,
    startTimer,
    /** uv_ref and uv_unref of the timer. */
    keepAliveForTimer: (keeps: boolean): void => {
      timerKeepsAlive = keeps;
    },
    /** Node's idle handle, there only to keep poll from sleeping. */
    setIdleHandle: (active: boolean): void => {
      idleHandleActive = active;
    },
    expectIo,
    close,
    run,
  };
}
