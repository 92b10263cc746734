import type { Program, Step } from './program.ts';

/** What a program asks of a process, be it Node or the model. */
export interface Host<Timer, Immediate> {
  nowNs(): number;
  burn(ns: number): void;
  setTimeout(callback: () => void, delayMs: number): Timer;
  setInterval(callback: () => void, delayMs: number): Timer;
  clearTimeout(timer: Timer): void;
  refresh(timer: Timer): void;
  unref(timer: Timer): void;
  setImmediate(callback: () => void): Immediate;
  clearImmediate(immediate: Immediate): void;
  nextTick(callback: () => void): void;
  queueMicrotask(callback: () => void): void;
  expectIo(delayNs: number, callback: () => void): void;
  close(callback: () => void): void;
}

/** What takes time on a real machine. */
export type Call = Exclude<keyof Host<unknown, unknown>, 'nowNs'>;

/** Three numbers a callback: the step's id, when it began and when it ended, in ns of the monotonic clock. */
export type Trace = number[];

export const FIELDS = 3;

/** The main script of a program; the same code on both sides. What runs is appended to the trace. */
export function mainOf<Timer, Immediate>(program: Program, host: Host<Timer, Immediate>, trace: Trace): () => void {
  const timers = new Map<number, Timer>();
  const immediates = new Map<number, Immediate>();
  const repeated = new Set<number>(); // what runs again schedules nothing again

  function perform(step: Step): void {
    const beganNs = host.nowNs();
    for (const action of step.actions) {
      if (action.do === 'burn') {
        host.burn(action.ns);
      } else if (action.do === 'schedule') {
        if (!repeated.has(step.id)) schedule(action.step);
      } else {
        const timer = timers.get(action.id);
        const immediate = immediates.get(action.id);
        if (timer !== undefined) {
          if (action.do === 'clear') host.clearTimeout(timer);
          if (action.do === 'refresh' && !repeated.has(step.id)) host.refresh(timer);
          if (action.do === 'unref') host.unref(timer);
        } else if (immediate !== undefined && action.do === 'clear') {
          host.clearImmediate(immediate);
        }
      }
    }
    repeated.add(step.id);
    trace.push(step.id, beganNs, host.nowNs());
  }

  function schedule(step: Step): void {
    const run = () => perform(step);
    switch (step.kind) {
      case 'timeout':
        timers.set(step.id, host.setTimeout(run, step.delayMs));
        break;
      case 'interval':
        timers.set(step.id, startInterval(step, run));
        break;
      case 'immediate':
        immediates.set(step.id, host.setImmediate(run));
        break;
      case 'tick':
        host.nextTick(run);
        break;
      case 'microtask':
        host.queueMicrotask(run);
        break;
      case 'io':
        host.expectIo(step.readyNs, run);
        break;
      case 'close':
        host.close(run);
        break;
    }
  }

  function startInterval(step: Step, run: () => void): Timer {
    let left = step.times;
    const timer = host.setInterval(() => {
      run();
      if (--left === 0) host.clearTimeout(timer);
    }, step.delayMs);
    return timer;
  }

  return () => perform(program.main);
}
