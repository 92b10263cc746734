import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar, Stage } from '../engine/calendar.ts';
import { createQueues } from '../engine/queues.ts';
import type { Hooks } from './moments.ts';
import type { Requests } from './requests.ts';
import type { Step } from './route.ts';

export type Pods = ReturnType<typeof createPods>;

/** Worker pools: a request holds one worker of its pod, waits for one while there is room in the queue, or is turned away. */
export function createPods(calendar: Calendar, { pod }: Requests, { pods }: Scenario, { queued, abandoned, admitted, released }: Hooks) {
  const { count, workers, queueCapacity } = pods;
  const free = calendar.state(new Int32Array(count).fill(workers));
  const waiting = createQueues(calendar, count);
  const inLine = waiting.length;
  const entries: Stage[] = []; // where the pool can be entered,
  const entryOf = new Uint8Array(calendar.capacity); // and where a waiting request will enter it
  const holds = calendar.state(new Int32Array(calendar.capacity)); // 1: has a worker

  /** Whether the request may go on now. If it may not, it waits here or has gone `otherwise`. */
  function take(request: number, entry: number, otherwise: Stage): boolean {
    const p = pod[request]!;
    if (free[p]! > 0) {
      free[p]!--;
      holds[request] = 1;
      admitted?.(request);
      return true;
    }
    if (inLine[p] === queueCapacity) {
      otherwise(request);
    } else {
      queued?.(request);
      entryOf[request] = entry;
      waiting.push(p, request);
    }
    return false;
  }

  function giveBack(request: number): void {
    const p = pod[request]!;
    holds[request] = 0;
    released?.(request);
    if (inLine[p] === 0) {
      free[p]!++;
    } else {
      const first = waiting.shift(p);
      holds[first] = 1;
      admitted?.(first);
      entries[entryOf[first]!]!(first);
    }
  }

  return {
    admit:
      ({ otherwise }: { readonly otherwise: Stage }): Step =>
      (next) => {
        const entry = entries.push(next) - 1;
        return (request) => {
          if (take(request, entry, otherwise)) next(request);
        };
      },

    release: (): Step => (next) => (request) => {
      giveBack(request);
      next(request);
    },

    /** Empties a pod that crashed, given its requests but those that waited for a worker: these are returned. */
    abandon(p: number, others: readonly number[]): number[] {
      for (const request of others) {
        if (holds[request] === 0) continue;
        holds[request] = 0;
        released?.(request);
      }
      const lost = waiting.withdraw(p);
      for (const request of lost) abandoned?.(request);
      free[p] = workers;
      return lost;
    },
  };
}
