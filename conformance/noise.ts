import type { Stream } from '../sim/engine/stream.ts';
import { type NodeLoop, NS_PER_MS } from '../sim/node/node-loop.ts';
import type { CreateLoop } from './model.ts';
import type { Call } from './play.ts';

/** What a machine adds to the times of a program: samples, each in ns. */
export interface Noise {
  /** What each call took; of burns, beyond their time. */
  readonly callNs: Readonly<Record<Call, readonly number[]>>;
  /** From the end of a callback to the next one's begin. */
  readonly callbackNs: readonly number[];
  /** From the end of the main script to the loop's first callback. */
  readonly firstCallbackNs: readonly number[];
  /** From the instant at which the loop should wake to the begin of a callback. */
  readonly wakeNs: readonly number[];
  /** How much later than asked I/O is ready. */
  readonly readyNs: readonly number[];
}

const CALLS = [
  'burn',
  'setTimeout',
  'setInterval',
  'clearTimeout',
  'refresh',
  'unref',
  'setImmediate',
  'clearImmediate',
  'nextTick',
  'queueMicrotask',
  'expectIo',
  'close',
] as const satisfies readonly Call[];

export function eachCall<Value>(value: (call: Call) => Value): Record<Call, Value> {
  return Object.fromEntries(CALLS.map((call) => [call, value(call)])) as Record<Call, Value>;
}

/** All samples together. */
export function pool(noises: readonly Noise[]): Noise {
  return {
    callNs: eachCall((call) => noises.flatMap(({ callNs }) => callNs[call])),
    callbackNs: noises.flatMap((it) => it.callbackNs),
    firstCallbackNs: noises.flatMap((it) => it.firstCallbackNs),
    wakeNs: noises.flatMap((it) => it.wakeNs),
    readyNs: noises.flatMap((it) => it.readyNs),
  };
}

/**
 * The same loop on a noisy machine: whatever takes time takes longer by a drawn sample, all of one drawn noise, and the clock begins at any
 * place in a millisecond.
 */
export function disturbed(createLoop: CreateLoop, noises: readonly Noise[], stream: Stream): CreateLoop {
  const draw = <Sample>(samples: readonly Sample[]): Sample => samples[Math.floor(stream.uniform() * samples.length)]!;

  return (startNs = 0, hooks = {}) => {
    const noise = draw(noises);
    const loop: NodeLoop = createLoop(startNs + Math.floor(stream.uniform() * NS_PER_MS), {
      ...hooks,
      callbackBegan: (kind) => {
        hooks.callbackBegan?.(kind);
        loop.burn(draw(noise.callbackNs));
      },
      callbackEnded: (kind) => {
        hooks.callbackEnded?.(kind);
        if (kind === 'main') loop.burn(draw(noise.firstCallbackNs));
      },
      slept: (fromNs, untilNs) => {
        hooks.slept?.(fromNs, untilNs);
        loop.burn(draw(noise.wakeNs));
      },
    });

    function costly<Given extends unknown[], Result>(call: Call, of: (...given: Given) => Result): (...given: Given) => Result {
      return (...given) => {
        loop.burn(draw(noise.callNs[call]));
        return of(...given);
      };
    }

    return {
      run: loop.run,
      nowNs: loop.nowNs,
      burn: costly('burn', loop.burn),
      setTimeout: costly('setTimeout', loop.setTimeout),
      setInterval: costly('setInterval', loop.setInterval),
      clearTimeout: costly('clearTimeout', loop.clearTimeout),
      refresh: costly('refresh', loop.refresh),
      unref: costly('unref', loop.unref),
      setImmediate: costly('setImmediate', loop.setImmediate),
      clearImmediate: costly('clearImmediate', loop.clearImmediate),
      nextTick: costly('nextTick', loop.nextTick),
      queueMicrotask: costly('queueMicrotask', loop.queueMicrotask),
      expectIo: costly('expectIo', (delayNs, callback) => loop.expectIo(delayNs + draw(noise.readyNs), callback)),
      close: costly('close', loop.close),
    };
  };
}
