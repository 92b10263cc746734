import { createImmediates } from './immediates.ts';
import { createTaskQueues } from './task-queues.ts';
import { createTimers } from './timers.ts';
import { createUvLoop } from './uv-loop.ts';

export { NS_PER_MS } from './uv-loop.ts';

export type CallbackKind = 'main' | 'timer' | 'immediate' | 'tick' | 'microtask' | 'io' | 'close';

/** How the main script is loaded; the order of its first ticks and microtasks depends on it. */
export type MainFormat = 'commonjs' | 'module';

export interface LoopHooks {
  /** A callback is about to run; burning here charges it with a cost of its own. */
  callbackBegan?(kind: CallbackKind): void;
  callbackEnded?(kind: CallbackKind): void;
  /** The loop slept, waiting for a timer or for I/O; both instants in ns. */
  slept?(fromNs: number, untilNs: number): void;
}

export type NodeLoop = ReturnType<typeof createNodeLoop>;

/**
 * A Node 24 process as its event loop sees it, on a virtual clock that only `burn` and sleep advance. Rules are numbered as in
 * ARCHITECTURE.md; each stands where it acts, with the function of Node or libuv that has it. What a callback throws ends the run.
 *
 * @param startNs what the monotonic clock shows when the main script begins
 */
export function createNodeLoop(startNs = 0, hooks: LoopHooks = {}) {
  function call(kind: CallbackKind, callback: () => void): void {
    hooks.callbackBegan?.(kind);
    callback();
    hooks.callbackEnded?.(kind);
  }

  /** node::MakeCallback (src/api/callback.cc). */
  function callBack(kind: CallbackKind, callback: () => void): void {
    call(kind, callback);
    // rule 16 (InternalCallbackScope::Close): ticks and microtasks drain after every callback from libuv
    tasks.drain();
  }

  const tasks = createTaskQueues(call);
  const uv = createUvLoop(startNs, {
    timerFired: () => timers.run(),
    check: () => immediates.run(),
    callBack,
    slept: (fromNs, untilNs) => hooks.slept?.(fromNs, untilNs),
  });
  const timers = createTimers(uv, tasks, (callback) => call('timer', callback));
  const immediates = createImmediates(uv, tasks, (callback) => call('immediate', callback));

  /** Runs the main script, then the loop until nothing keeps it alive. */
  function run(main: () => void, format: MainFormat): void {
    if (format === 'module') {
      // rule 18 (lib/internal/modules/esm): the body of an ES module is a microtask itself, so microtasks go before ticks
      tasks.addMicrotask(() => call('main', main));
      tasks.drain();
    } else {
      callBack('main', main);
    }
    uv.run();
  }

  return {
    run,
    nowNs: uv.nowNs,
    burn: uv.burn,
    /** Delay in ms, as in Node; fractions and values below 1 are treated as Node treats them. */
    setTimeout: (callback: () => void, delayMs: number) => timers.create(callback, delayMs, false),
    setInterval: (callback: () => void, delayMs: number) => timers.create(callback, delayMs, true),
    /** Clears a timeout or an interval. */
    clearTimeout: timers.clear,
    refresh: timers.refresh,
    unref: timers.unref,
    setImmediate: immediates.set,
    clearImmediate: immediates.clear,
    nextTick: tasks.addTick,
    queueMicrotask: tasks.addMicrotask,
    expectIo: uv.expectIo,
    close: uv.close,
  };
}
