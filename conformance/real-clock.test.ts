import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stream } from '../sim/engine/stream.ts';
import { createNodeLoop } from '../sim/node/node-loop.ts';
import { brokenLoop } from './broken-loops.ts';
import { measureNoise } from './measure-noise.ts';
import { type CreateLoop, playOnModel } from './model.ts';
import { mutations } from './mutations.ts';
import { disturbed, eachCall, type Noise, pool } from './noise.ts';
import type { Action, Program, Step, StepKind } from './program.ts';
import { agrees, checkOnRealClock, isRace, LEAST_AGREED } from './real-clock.ts';
import type * as realClockNode from './real-clock-node.ts';

/** The check on the real clock, on machines that are simulated: no test here depends on how fast this one is. */

const US = 1_000;
const MS = 1_000_000;

function noiseOf(callNs: number[], restNs: number[]): Noise {
  return { callNs: eachCall(() => callNs), callbackNs: restNs, firstCallbackNs: restNs, wakeNs: restNs, readyNs: restNs };
}

const usual = noiseOf([1 * US, 5 * US, 20 * US], [20 * US, 60 * US, 200 * US, 600 * US]);

/** A simulated machine; its draws are not those that exclude races. */
function machine(createLoop: CreateLoop, noise: Noise) {
  const stream = new Stream();
  stream.seed('a simulated machine');
  const noisy = disturbed(createLoop, [noise], stream);
  return async (program: Program) => playOnModel(program, noisy);
}

let ids = 0;
function step(kind: StepKind, delayMs: number, ...actions: Action[]): Step {
  return { id: ids++, kind, delayMs, readyNs: delayMs * MS, times: 1, actions };
}
const schedule = (it: Step): Action => ({ do: 'schedule', step: it });
const burn = (ms: number): Action => ({ do: 'burn', ns: ms * MS });
const program = (...actions: Action[]): Program => ({ seed: 1, io: true, module: false, startNs: 0, main: step('main', 0, ...actions) });

const still = noiseOf([0], [0]);

test('what hangs on the place in a millisecond is a race, even without noise', () => {
  expect(isRace(program(schedule(step('timeout', 0)), schedule(step('immediate', 0)), burn(0.5)), [still])).toBe(true);
  expect(isRace(program(schedule(step('timeout', 0)), schedule(step('immediate', 0)), burn(3)), [still])).toBe(false);
});

test.each<[string, Noise, number]>([
  ['burns', { ...still, callNs: noiseOf([0, 9 * MS], []).callNs }, 1],
  ['callbacks', { ...still, callbackNs: [0, 9 * MS] }, 1],
  ['the start of the loop', { ...still, firstCallbackNs: [0, 45 * MS] }, 1],
  ['wake-ups', { ...still, wakeNs: [0, 9 * MS] }, 1],
  ['the readiness of I/O', { ...still, readyNs: [0, 9 * MS] }, -1],
])('noise in %s makes a race of what is less apart than it, and only of that', (_, noise, after) => {
  const timers = step('timeout', 40, burn(20), schedule(step('timeout', 20)));
  const apart = (ms: number): Program => program(schedule(timers), schedule(step('io', 80 + after * ms)));
  expect(isRace(apart(5), [still])).toBe(false);
  expect(isRace(apart(5), [noise])).toBe(true);
  expect(isRace(apart(50), [noise])).toBe(false);
});

test('a spell of noise is met whole, however seldom it comes', () => {
  const spell = { ...still, callNs: noiseOf([3 * MS], []).callNs };
  const manyCalls = program(schedule(step('timeout', 60)), ...Array.from({ length: 30 }, () => burn(1)), schedule(step('immediate', 0)));
  expect(isRace(manyCalls, [...Array.from({ length: 20 }, () => still), spell])).toBe(true);
  expect(isRace(manyCalls, [still])).toBe(false);
});

test('on a machine as noisy as measured, what was not excluded agrees', async () => {
  const result = await checkOnRealClock({ programs: 120, seed: 1 }, [usual], machine(createNodeLoop, usual));
  expect(result.drawn).toBe(120);
  expect(result.ran.length).toBeGreaterThan(40);
  expect(result.callbacks).toBeGreaterThan(20 * result.ran.length);
  expect(result.ran.length - result.differences.length).toBeGreaterThanOrEqual(LEAST_AGREED * result.ran.length);
  expect(agrees(result)).toBe(true);
});

test('a Node that broke a rule would not agree, and the difference is named', async () => {
  const { edits } = mutations.find(({ breaks }) => breaks === 'last in first out')!;
  const result = await checkOnRealClock({ programs: 120, seed: 1 }, [usual], machine(await brokenLoop(edits), usual));
  expect(agrees(result)).toBe(false);
  expect(result.differences[0]).toMatch(/^seed \d+ \(with(out)? I\/O, .+\): callback \d+: step \d+ on Node, \d+ on the model$/);
});

test('where everything was excluded, nothing is shown', async () => {
  expect(agrees({ drawn: 10, ran: [], callbacks: 0, differences: [] })).toBe(false);
});

test('each noise is measured as what it is', async () => {
  const constant = { ...noiseOf([7 * US], [0]), callbackNs: [20 * US], firstCallbackNs: [90 * US], wakeNs: [300 * US] };
  const play = machine(createNodeLoop, constant);
  const rounds = await measureNoise(
    async (it, { timed = false } = {}) => ({
      ...(await play(it)),
      ...(timed && {
        callsNs: [
          ['burn', 7 * US],
          ['close', 8 * US],
        ] as const,
      }),
      readyLateNs: [55 * US],
    }),
    1,
  );
  const measured = pool(rounds);
  expect([new Set(measured.callNs.burn), new Set(measured.callNs.close)]).toEqual([new Set([7 * US]), new Set([8 * US])]);
  expect(new Set(measured.callbackNs)).toEqual(new Set([20 * US, 27 * US, 110 * US])); // an interval was cleared; the loop's first
  expect(new Set(measured.firstCallbackNs)).toEqual(new Set([110 * US]));
  expect(new Set(measured.wakeNs)).toEqual(new Set([320 * US]));
  expect(new Set(measured.readyNs)).toEqual(new Set([55 * US]));
});

test('real Node on the real clock: what follows from one another comes in that order, and I/O is never ready too early', async () => {
  const built = join(import.meta.dirname, '../dist/conformance/real-clock-node.js');
  const { playOnRealClock } = (await import(built)) as typeof realClockNode;
  for (const module of [false, true]) {
    const last = step('close', 0);
    const first = step('io', 3, schedule(step('tick', 0, schedule(step('timeout', 2, schedule(step('io', 1, schedule(last))))))));
    const chain = program(burn(2), schedule(first));
    const { trace, callsNs, readyLateNs } = await playOnRealClock({ ...chain, module }, { timed: true });
    expect(trace.filter((_, at) => at % 3 === 0)).toEqual(playOnModel(chain, createNodeLoop).trace.filter((_, at) => at % 3 === 0));
    expect(trace[4]! - trace[1]!).toBeGreaterThanOrEqual((2 + 3) * MS); // burn, then ask
    expect(callsNs!.map(([call]) => call)).toEqual(['burn', 'expectIo', 'nextTick', 'setTimeout', 'expectIo', 'close']);
    expect(Math.min(...callsNs!.map(([, ns]) => ns), ...readyLateNs)).toBeGreaterThanOrEqual(0);
    expect(readyLateNs).toHaveLength(2);
  }
});
