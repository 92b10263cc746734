import type { Calendar, Stage } from '../engine/calendar.ts';
import type { Balancer } from './balancer.ts';
import type { Database } from './database.ts';
import type { EventLoops } from './event-loop.ts';
import type { Faulty } from './faults.ts';
import type { Pods } from './pods.ts';
import type { Requests } from './requests.ts';

interface Stations {
  readonly balancer: Balancer;
  readonly pods: Pods;
  readonly loops: EventLoops;
  readonly database: Database;
}

/** A crash takes all that is in a pod with it: every request there is aborted, wherever it waited. The pod comes back empty. */
export function podCrash(
  calendar: Calendar,
  { pod, number }: Requests,
  { balancer, pods, loops, database }: Stations,
  abort: Stage,
): Faulty<'podCrash'> {
  return {
    suffer({ pod: crashed }): void {
      balancer.setUp(crashed, false);
      // A send can be both on the calendar, for its reply, and in the loop, for its deadline.
      const moving = [...new Set([...calendar.withdraw((token) => pod[token] === crashed), ...loops.abandon(crashed)])];
      const inside = [...moving, ...database.abandon(crashed, moving)];
      const lost = [...inside, ...pods.abandon(crashed, inside)].sort((a, b) => number[a]! - number[b]!);
      for (const request of lost) abort(request);
    },
    recover({ pod: crashed }): void {
      balancer.setUp(crashed, true);
    },
  };
}
