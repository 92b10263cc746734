import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar, Stage } from '../engine/calendar.ts';
import { drawExponential, drawFrom } from '../engine/distributions.ts';
import type { Streams } from '../engine/stream.ts';
import { createFoldedLoops } from '../node/folded-loops.ts';
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
  /** Takes a request out of the callbacks that are ready. */
  forget(request: number): void;
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
  const { callbacks, collections } = pods.eventLoop;
  const names = Object.keys(callbacks) as Callback[];
  const draws = names.map((name) => drawFrom(streams.stream(`loop/${name}`), callbacks[name]));
  // The blocks of all callbacks stand one after the other.
  const drawn = new Float64Array(names.length * BLOCK);
  const used = calendar.state(new Int32Array(names.length).fill(BLOCK)); // all used up: drawn at first use
  const costMs = new Float64Array(calendar.capacity);
  const drawInterval = drawExponential(streams.stream('loop/collections'), collections?.everyMs ?? Infinity);
  const drawPause = drawFrom(streams.stream('loop/pauses'), collections?.pauseMs ?? { kind: 'constant', valueMs: 0 });
  const [interval, pause] = [new Float64Array(1), new Float64Array(1)];
  const untilCollectionMs = calendar.state(new Float64Array(pods.count).fill(Infinity)); // active time; not drawn yet
  const loops = createFoldedLoops(calendar, pod, pods.count, timerMs, { costMs, draw }, hooks);
  const kindOf = (name: Callback) => names.indexOf(name);

  /** What a callback costs is drawn anew each time, from a stream of its own. */
  function draw(i: number, request: number): void {
    if (used[i] === BLOCK) {
      draws[i]!(drawn.subarray(i * BLOCK, (i + 1) * BLOCK));
      used[i] = 0;
    }
    costMs[request] = drawn[i * BLOCK + used[i]!++]!;
    if (collections !== null) collect(request);
  }

  /** Garbage is made by running, whatever runs: a collection falls on the callback in which the time since the last one is up. */
  function collect(request: number): void {
    const p = pod[request]!;
    if (untilCollectionMs[p] === Infinity) untilCollectionMs[p] = nextInterval();
    untilCollectionMs[p]! -= costMs[request]!;
    while (untilCollectionMs[p]! <= 0) {
      untilCollectionMs[p]! += nextInterval();
      drawPause(pause);
      costMs[request]! += pause[0]!;
    }
  }

  function nextInterval(): number {
    drawInterval(interval);
    return interval[0]!;
  }

  return {
    callback: (name, first) => (next) => loops.callback(kindOf(name), next, first),
    more: (name) => (next) => loops.more(kindOf(name), next),
    timers: {
      set: loops.setTimer,
      clear: loops.clearTimer,
      forget: loops.forget,
      onExpiry: (drop, name, next) => loops.onTimer(drop, kindOf(name), next),
    },
    abandon: loops.abandon,
  };
}
