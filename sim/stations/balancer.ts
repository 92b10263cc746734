import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar, Stage } from '../engine/calendar.ts';
import type { Streams } from '../engine/stream.ts';
import { NO_POD, type Requests } from './requests.ts';
import type { Step } from './route.ts';

export type Balancer = ReturnType<typeof createBalancer>;

/** Forwards each request to a pod that is up, after its latency. A connection stays open until the answer. */
export function createBalancer(calendar: Calendar, { pod }: Requests, { balancer, pods }: Scenario, streams: Streams) {
  const { latencyMs, maxConnections, policy } = balancer;
  const open = calendar.state(new Int32Array(1));
  const openTo = calendar.state(new Int32Array(pods.count));
  const up = calendar.state(new Int32Array(pods.count).fill(1));
  const turn = calendar.state(new Int32Array(1));
  const stream = streams.stream('balancer');
  const choose = { roundRobin, random, leastConnections }[policy];

  function following(p: number): number {
    return p + 1 === pods.count ? 0 : p + 1;
  }

  /** The first pod that is up, from p on; NO_POD where all are down. */
  function upFrom(p: number): number {
    let candidate = p;
    for (let left = pods.count; left > 0; left--) {
      if (up[candidate] === 1) return candidate;
      candidate = following(candidate);
    }
    return NO_POD;
  }

  function roundRobin(): number {
    const p = upFrom(turn[0]!);
    if (p !== NO_POD) turn[0] = following(p);
    return p;
  }

  /** A pod that is up, each as likely: drawn again while the choice is down. */
  function random(): number {
    if (upFrom(0) === NO_POD) return NO_POD;
    for (;;) {
      const p = Math.floor(stream.uniform() * pods.count);
      if (up[p] === 1) return p;
    }
  }

  /** The pod with the fewest connections; of equals the next in turn. */
  function leastConnections(): number {
    let best = upFrom(turn[0]!);
    if (best === NO_POD) return NO_POD;
    for (let left = pods.count, p = best; left > 0; left--, p = following(p)) if (up[p] === 1 && openTo[p]! < openTo[best]!) best = p;
    turn[0] = following(best);
    return best;
  }

  function connect(): boolean {
    if (open[0] === maxConnections) return false;
    open[0]!++;
    return true;
  }

  function assign(request: number): boolean {
    const p = choose();
    pod[request] = p;
    if (p === NO_POD) return false;
    openTo[p]!++;
    return true;
  }

  return {
    /** Where there is no connection left the request is `refused`; where no pod is up, it is `unserved`. */
    forward({ refused, unserved }: { readonly refused: Stage; readonly unserved: Stage }): Step {
      return (next) => {
        const travel = calendar.lane(latencyMs, (request) => (assign(request) ? next(request) : unserved(request)));
        return (request) => (connect() ? travel(request) : refused(request));
      };
    },

    /** Closes the connection of a request that was forwarded or unserved. */
    close(request: number): void {
      const p = pod[request]!;
      open[0]!--;
      if (p !== NO_POD) openTo[p]!--;
    },

    /** Takes a pod out of the choice, or back in. */
    setUp(p: number, isUp: boolean): void {
      up[p] = isUp ? 1 : 0;
    },
  };
}
