export type TaskQueues = ReturnType<typeof createTaskQueues>;

/**
 * The queues of process.nextTick and of microtasks (lib/internal/process/task_queues.js).
 *
 * @param call runs one callback
 */
export function createTaskQueues(call: (kind: 'tick' | 'microtask', callback: () => void) => void) {
  const ticks: (() => void)[] = [];
  const microtasks: (() => void)[] = [];

  function runTicks(): void {
    for (let next = 0; next < ticks.length; next++) call('tick', ticks[next]!);
    ticks.length = 0;
  }

  function runMicrotasks(): void {
    for (let next = 0; next < microtasks.length; next++) call('microtask', microtasks[next]!);
    microtasks.length = 0;
  }

  /** runNextTicks; InternalCallbackScope::Close (src/api/callback.cc) does the same after every callback from libuv. */
  function drain(): void {
    if (ticks.length === 0) runMicrotasks();
    while (ticks.length > 0) {
      // rule 17 (processTicksAndRejections): all ticks, then all microtasks, until both are empty
      runTicks();
      runMicrotasks();
    }
  }

  return {
    addTick: (callback: () => void): void => {
      ticks.push(callback);
    },
    addMicrotask: (callback: () => void): void => {
      microtasks.push(callback);
    },
    drain,
  };
}
