import type { Calendar, Stage } from '../engine/calendar.ts';
import type { Balancer } from './balancer.ts';
import type { Database } from './database.ts';
import type { Faulty } from './faults.ts';
import type { Hooks } from './moments.ts';
import type { Pods } from './pods.ts';
import type { Requests } from './requests.ts';

interface Stations {
  readonly balancer: Balancer;
  readonly pods: Pods;
  readonly database: Database;
}

/** A crash takes all that is in a pod with it: every request there is aborted, wherever it waited. The pod comes back empty. */
export function podCrash(
  calendar: Calendar,
  { pod, number }: Requests,
  { balancer, pods, database }: Stations,
  { released }: Hooks,
  abort: Stage,
): Faulty<'podCrash'> {
  return {
    suffer({ pod: crashed }): void {
      balancer.setUp(crashed, false);
      const atWork = [...database.abandon(crashed), ...calendar.withdraw((token) => pod[token] === crashed)];
      for (const request of atWork) released?.(request);
      const lost = [...atWork, ...pods.abandon(crashed)].sort((a, b) => number[a]! - number[b]!);
      for (const request of lost) abort(request);
    },
    recover({ pod: crashed }): void {
      balancer.setUp(crashed, true);
    },
  };
}
