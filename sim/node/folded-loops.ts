import type { Calendar, Stage } from '../engine/calendar.ts';
import { createQueues } from '../engine/queues.ts';
import { createTimerLists, NONE } from './folded-timers.ts';

export type FoldedLoops = ReturnType<typeof createFoldedLoops>;

/** Uses the processor: given what comes next, a stage that holds a token for the cost of a callback. */
export type Burn = (next: Stage) => Stage;

/** Whom the loops tell. A token is ready when its I/O is, and its callback begins when its turn has come. */
export interface FoldedLoopHooks {
  readonly callbackReady: Stage | null;
  readonly callbackBegan: Stage | null;
  readonly callbackEnded: Stage | null;
  /** The loop of a process has come round to its timers. */
  readonly loopTurned: ((process: number) => void) | null;
}

const ASLEEP = 0;
const IO = 1; // answers the I/O of one poll
const TIMERS = 2;

/**
 * The event loops of some Node processes on a simulation's calendar, reduced to what others can see of them: I/O that becomes ready, the
 * callback that answers it, and timers of one delay. What a callback leaves behind (ticks, microtasks, immediates) is part of its cost and
 * has run when it ends; `folded-loops.test.ts` shows against the whole loop (`node-loop.ts`) that no order changes by it which a request
 * could see. Rules are numbered as there.
 *
 * @param processOf the process of each token, a column that others write
 * @param timerMs delay of the timers, as setTimeout takes it
 */
export function createFoldedLoops(calendar: Calendar, processOf: Int32Array, count: number, timerMs: number, hooks: FoldedLoopHooks) {
  const { callbackReady, callbackBegan, callbackEnded, loopTurned } = hooks;
  const { clock, state } = calendar;
  const ready = createQueues(calendar, count);
  const inLine = ready.length;
  const phase = state(new Int32Array(count).fill(ASLEEP));
  const batch = state(new Int32Array(count)); // of the present poll, still to be answered
  const running = state(new Int32Array(count).fill(NONE)); // whose callback it is
  const goesOn = state(new Int32Array(count)); // 1: the callback that has burned its cost burns more
  const sleepsSinceMs = state(new Float64Array(count));
  const begins: Stage[] = []; // by callback
  const callbackOf = new Uint8Array(calendar.capacity);
  const timers = createTimerLists(calendar, processOf, count, timerMs, {
    isAsleep: (process) => phase[process] === ASLEEP,
    sleepsSinceMs,
    wake: goRound,
  });
  let fires: Stage = () => {};

  function begin(process: number, token: number): void {
    running[process] = token;
    callbackBegan?.(token);
    begins[callbackOf[token]!]!(token);
  }

  function becomeReady(callback: number, token: number): void {
    const process = processOf[token]!;
    callbackOf[token] = callback;
    callbackReady?.(token);
    if (phase[process] === ASLEEP) {
      phase[process] = IO;
      begin(process, token);
    } else {
      ready.push(process, token);
    }
  }

  function end(token: number, next: Stage): void {
    const process = processOf[token]!; // next may end the token's life
    callbackEnded?.(token);
    goesOn[process] = 0;
    next(token);
    if (goesOn[process] === 1) return;
    running[process] = NONE;
    goRound(process);
  }

  /** From the end of a callback, or from sleep, to the next callback, or to sleep. */
  function goRound(process: number): void {
    for (;;) {
      if (batch[process]! > 0) {
        batch[process]!--;
        begin(process, ready.shift(process));
        return;
      }
      if (phase[process] !== TIMERS) {
        // rule 1: in an iteration timers are last
        phase[process] = TIMERS;
        loopTurned?.(process);
        timers.enterPhase(process);
      }
      const due = timers.takeDue(process);
      if (due !== NONE) {
        fires(due);
        return;
      }
      if (inLine[process] === 0 && !timers.isDue(process)) {
        phase[process] = ASLEEP;
        sleepsSinceMs[process] = clock[0];
        return;
      }
      // rule 5: one batch a poll, in the order of readiness; what becomes ready meanwhile waits for the next iteration
      phase[process] = IO;
      batch[process] = inLine[process]!;
    }
  }

  /** A stage for tokens whose I/O is ready: they wait for their turn, burn, and go on. */
  function callback(burn: Burn, next: Stage): Stage {
    const number = begins.push(burn((token) => end(token, next))) - 1;
    return (token) => becomeReady(number, token);
  }

  return {
    callback,

    /** A stage for more of the callback that a token is in. For a token in none it is a callback of its own. */
    more(burn: Burn, next: Stage): Stage {
      const goOn = burn((token) => end(token, next));
      const becomeReady = callback(burn, next);
      return (token) => {
        const process = processOf[token]!;
        if (running[process] !== token) return becomeReady(token);
        goesOn[process] = 1;
        callbackReady?.(token);
        callbackBegan?.(token);
        goOn(token);
      };
    },

    /**
     * What happens when a timer fires: `drop` is told of the token at once, and takes it away from wherever it waits; then it burns, and goes
     * on. To be called once.
     */
    onTimer(drop: Stage, burn: Burn, next: Stage): void {
      const number = begins.push(burn((token) => end(token, next))) - 1;
      fires = (token) => {
        drop(token);
        callbackOf[token] = number;
        callbackReady?.(token);
        begin(processOf[token]!, token);
      };
    },

    setTimer: timers.set,
    clearTimer: timers.clear,

    /** Takes a token out of the I/O that is ready, as when its socket is closed; whether it was there. */
    forget(token: number): boolean {
      return ready.withdraw(processOf[token]!, (other) => other === token).length === 1;
    },

    /** The process has ended; a new one begins asleep. Returns the tokens that were ready or had a timer; what is in a callback is on the calendar. */
    abandon(process: number): number[] {
      if (running[process] !== NONE) callbackEnded?.(running[process]!);
      loopTurned?.(process);
      phase[process] = ASLEEP;
      batch[process] = 0;
      running[process] = NONE;
      sleepsSinceMs[process] = clock[0];
      return [...ready.withdraw(process), ...timers.abandon(process)];
    },
  };
}
