import type { TaskQueues } from './task-queues.ts';
import type { UvLoop } from './uv-loop.ts';

export interface Immediate {
  readonly callback: () => void;
  /** Run or cleared. */
  destroyed: boolean;
}

/**
 * setImmediate and clearImmediate (lib/internal/timers.js, lib/timers.js).
 *
 * @param call runs one callback
 */
export function createImmediates(
  uv: Pick<UvLoop, 'setIdleHandle'>,
  { drain }: Pick<TaskQueues, 'drain'>,
  call: (callback: () => void) => void,
) {
  let queue: Immediate[] = [];
  let pending = 0;

  function set(callback: () => void): Immediate {
    const immediate = { callback, destroyed: false };
    queue.push(immediate);
    pending++;
    // rule 9 (src/env.cc, ToggleImmediateRef): pending immediates keep an idle handle active, so that poll does not sleep
    uv.setIdleHandle(true);
    return immediate;
  }

  function clear(immediate: Immediate): void {
    if (immediate.destroyed) return;
    immediate.destroyed = true;
    pending--;
    if (pending === 0) uv.setIdleHandle(false);
  }

  /** Environment::CheckImmediate and processImmediate. */
  function run(): void {
    if (pending === 0) return;
    // rule 15 (processImmediate): the queue is taken away first, so what a callback adds runs in the next iteration; cleared ones are skipped
    const taken = queue;
    queue = [];
    let ranOne = false;
    for (const immediate of taken) {
      if (ranOne) {
        // rule 16 (processImmediate): ticks and microtasks drain between immediates
        drain();
      }
      ranOne = true;
      if (immediate.destroyed) continue;
      immediate.destroyed = true;
      pending--;
      call(immediate.callback);
    }
    drain();
    if (pending === 0) uv.setIdleHandle(false);
  }

  return { set, clear, run };
}
