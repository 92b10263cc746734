import type { Calendar, Stage } from '../engine/calendar.ts';
import { createQueues } from '../engine/queues.ts';
import { createTimerLists, NONE } from './folded-timers.ts';

export type FoldedLoops = ReturnType<typeof createFoldedLoops>;

/** What callbacks cost. */
export interface Costs {
  /** The cost of a token's callback, ms: a column. */
  readonly costMs: Float64Array;
  /** Puts there what a callback of this kind costs now; kinds are numbers, 0 to 255. */
  draw(kind: number, token: number): void;
}

/** Whom the loops tell. A token is ready when its I/O is, and its callback begins when its turn has come. */
export interface FoldedLoopHooks {
  readonly callbackReady: Stage | null;
  readonly callbackBegan: Stage | null;
  readonly callbackEnded: Stage | null;
  /** The loop of a process has come round to its timers. */
  readonly loopTurned: ((process: number) => void) | null;
}

const MOST_CALLBACKS = 256;
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
export function createFoldedLoops(
  calendar: Calendar,
  processOf: Int32Array,
  count: number,
  timerMs: number,
  { costMs, draw }: Costs,
  hooks: FoldedLoopHooks,
) {
  const { callbackReady, callbackBegan, callbackEnded, loopTurned } = hooks;
  const { clock, state } = calendar;
  const ready = createQueues(calendar, count);
  const inLine = ready.length;
  const phase = state(new Int32Array(count).fill(ASLEEP));
  const batch = state(new Int32Array(count)); // of the present poll, still to be answered
  const running = state(new Int32Array(count).fill(NONE)); // whose callback it is
  const goesOn = state(new Int32Array(count)); // 1: the callback that has burned its cost burns more
  const sleepsSinceMs = state(new Float64Array(count));
  const { stage, enter } = calendar.servers(count, processOf, costMs);
  // By callback: its kind, its stage on the calendar, and what happens as it begins.
  const kinds = new Uint8Array(MOST_CALLBACKS);
  const stages = new Int32Array(MOST_CALLBACKS);
  const firsts: (Stage | null)[] = [];
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
    const callback = callbackOf[token]!;
    firsts[callback]?.(token);
    draw(kinds[callback]!, token);
    enter(stages[callback]!, token);
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

  function register(kind: number, next: Stage, first: Stage | null): number {
    const callback = firsts.push(first) - 1;
    if (callback === MOST_CALLBACKS) throw new RangeError(`more than ${MOST_CALLBACKS} callbacks`);
    kinds[callback] = kind;
    stages[callback] = stage((token) => end(token, next));
    return callback;
  }

  /** A stage for tokens whose I/O is ready: they wait for their turn, burn, and go on. `first` happens as they begin. */
  function callback(kind: number, next: Stage, first: Stage | null = null): Stage {
    const number = register(kind, next, first);
    return (token) => becomeReady(number, token);
  }

  return {
    callback,

    /** A stage for more of the callback that a token is in. For a token in none it is a callback of its own. */
    more(kind: number, next: Stage): Stage {
      const number = register(kind, next, null);
      return (token) => {
        const process = processOf[token]!;
        if (running[process] !== token) return becomeReady(number, token);
        goesOn[process] = 1;
        callbackReady?.(token);
        callbackOf[token] = number;
        begin(process, token);
      };
    },

    /**
     * What happens when a timer fires: `drop` is told of the token at once, and takes it away from wherever it waits; then it burns, and goes
     * on. To be called once.
     */
    onTimer(drop: Stage, kind: number, next: Stage): void {
      const number = register(kind, next, null);
      fires = (token) => {
        drop(token);
        callbackOf[token] = number;
        callbackReady?.(token);
        begin(processOf[token]!, token);
      };
    },

    setTimer: timers.set,
    clearTimer: timers.clear,

    /** Takes a token out of the I/O that is ready, as when its socket is closed by a timer. */
    forget(token: number): void {
      ready.withdraw(processOf[token]!, (other) => other === token);
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
