import type { Distribution, Scenario } from '../../fixtures/schema.ts';
import type { Calendar, Stage } from '../engine/calendar.ts';
import { drawFrom } from '../engine/distributions.ts';
import type { Streams } from '../engine/stream.ts';
import { type Burn, createFoldedLoops } from '../node/folded-loops.ts';
import type { Hooks } from './moments.ts';
import type { Requests } from './requests.ts';
import { act, type Step } from './route.ts';

/** The callbacks of a pod's process, named for what they answer. */
export type Callback = keyof NonNullable<Scenario['pods']['eventLoop']>['callbacks'];

/** The event loops of the pods; `timers` is null where callbacks cost nothing and the loop is left out. */
export interface EventLoops {
  /** A callback of its own: the request waits until its turn comes. `first` happens as it begins, before its cost. */
  callback(name: Callback, first?: Stage): Step;
  /** More of the callback that the request is in. */
  more(name: Callback): Step;
  readonly timers: Timers | null;
  /** A pod has crashed: returns the requests that were ready or had a timer. */
  abandon(pod: number): readonly number[];
}

/** The deadlines of a pod's process: one a request, all of the same length. */
export interface Timers {
  set(request: number): void;
  clear(request: number): void;
  /** Takes a request out of the callbacks that are ready; whether it was there. */
  forget(request: number): boolean;
  /** Where a deadline passes, `drop` takes the request from wherever it waits, then its callback runs. */
  onExpiry(drop: Stage, name: Callback, next: Stage): void;
}

const BLOCK = 1024;

/** @param timerMs length of the deadlines */
export function createEventLoops(
  calendar: Calendar,
  { pod }: Requests,
  { pods }: Scenario,
  streams: Streams,
  hooks: Hooks,
  timerMs: number,
): EventLoops {
  if (pods.eventLoop === null) {
    const callback = (_: Callback, first?: Stage): Step => (first === undefined ? (next) => next : act(first));
    return { callback, more: (name) => callback(name), timers: null, abandon: () => [] };
  }
  const { callbacks } = pods.eventLoop;
  const loops = createFoldedLoops(calendar, pod, pods.count, timerMs, hooks);
  const costMs = new Float64Array(calendar.capacity);
  const burns = new Map<Callback, Burn>();

  /** What a callback costs, drawn anew each time from a stream of its own. */
  function burnOf(name: Callback): Burn {
    const burn = burns.get(name) ?? createBurn(name, callbacks[name]);
    burns.set(name, burn);
    return burn;
  }

  function createBurn(name: Callback, distribution: Distribution): Burn {
    const { kind } = distribution;
    if (kind === 'constant') return (next) => calendar.lane(distribution.valueMs, next);
    const draw = drawFrom(streams.stream(`loop/${name}`), distribution);
    const drawn = new Float64Array(BLOCK);
    const used = calendar.state(Int32Array.of(BLOCK));
    return (next) => {
      const burn = calendar.timer(costMs, next);
      return (request) => {
        if (used[0] === BLOCK) {
          draw(drawn);
          used[0] = 0;
        }
        costMs[request] = drawn[used[0]!++]!;
        burn(request);
      };
    };
  }

  return {
    callback: (name, first) => (next) => {
      const burn = burnOf(name);
      return loops.callback(first === undefined ? burn : (end) => act(first)(burn(end)), next);
    },
    more: (name) => (next) => loops.more(burnOf(name), next),
    timers: {
      set: loops.setTimer,
      clear: loops.clearTimer,
      forget: loops.forget,
      onExpiry: (drop, name, next) => loops.onTimer(drop, burnOf(name), next),
    },
    abandon: loops.abandon,
  };
}
