import { Stream } from '../sim/engine/stream.ts';

/** What a callback does, in order. Ids are of steps; what cannot be cleared, refreshed or unrefed yet is left alone. */
export type Action =
  | { readonly do: 'burn'; readonly ns: number }
  | { readonly do: 'schedule'; readonly step: Step }
  | { readonly do: 'clear' | 'refresh' | 'unref'; readonly id: number };

export type StepKind = 'main' | 'timeout' | 'interval' | 'immediate' | 'tick' | 'microtask' | 'io' | 'close';

/** A callback and what it does. */
export interface Step {
  readonly id: number;
  readonly kind: StepKind;
  /** Of timeouts and intervals in ms. */
  readonly delayMs: number;
  /** Of I/O: when it becomes ready after it was asked for, in ns. */
  readonly readyNs: number;
  /** Of intervals: how often it runs before it clears itself. */
  readonly times: number;
  readonly actions: Action[];
}

export interface Family {
  readonly io: boolean;
  /** Whether its main is an ES module. */
  readonly module: boolean;
}

/** A random tree of callbacks; it and the start of its clock follow from seed and family. */
export interface Program extends Family {
  readonly seed: number;
  /** The monotonic clock when it begins, at any place in a millisecond. */
  readonly startNs: number;
  readonly main: Step;
}

/** The four families in turn. */
export function familyOf(seed: number): Family {
  return { io: seed % 2 === 0, module: seed % 4 >= 2 };
}

/** A program in words. */
export function nameOf({ seed, io, module }: Program): string {
  return `seed ${seed} (${io ? 'with' : 'without'} I/O, ${module ? 'ES module' : 'CommonJS'})`;
}

/** Pipes that stand ready on the real side; one each for I/O and for close. */
export const MAX_HANDLES = 16;

const MAX_STEPS = 32;
const MAX_DEPTH = 5;

/** What the delays, burns and readinesses of a program are drawn from. */
export interface Times {
  readonly delaysMs: readonly number[];
  readonly burnsNs: readonly number[];
  readonly readyNs: readonly number[];
}

/** Short and close to one another, so that much happens at once: that is where the rules differ. */
const SHORT_TIMES: Times = {
  delaysMs: [0, 0.5, 1, 1, 1.7, 2, 2, 2.5, 3, 3, 4, 5, 5, 8],
  burnsNs: [100_000, 300_000, 700_000, 1_000_000, 1_100_000, 1_900_000, 2_600_000, 4_200_000],
  readyNs: [0, 0, 350_000, 800_000, 1_000_000, 1_400_000, 2_200_000, 3_700_000, 6_100_000],
};

/** Long against the noise of a machine and without common measure, so that little happens at once by chance: for the real clock. */
export const LONG_TIMES: Times = {
  delaysMs: [0, 0.5, 1, 22.8, 44, 44, 68, 94.5, 125, 125, 172, 237, 237, 331],
  burnsNs: [9_240_000, 13_880_000, 23_320_000, 29_640_000, 38_680_000, 49_560_000, 70_120_000, 94_840_000],
  readyNs: [5_480_000, 18_440_000, 33_160_000, 54_920_000, 77_720_000, 114_280_000, 148_760_000, 209_480_000, 271_240_000],
};

const KINDS: readonly StepKind[] = ['timeout', 'timeout', 'timeout', 'interval', 'immediate', 'immediate', 'tick', 'microtask'];
const HANDLE_KINDS: readonly StepKind[] = ['io', 'io', 'io', 'close'];

export function generate(seed: number, { io, module }: Family, times = SHORT_TIMES): Program {
  const stream = new Stream();
  stream.seed(`conformance/${seed}/${io}/${module}`);
  const whole = (below: number): number => Math.floor(stream.uniform() * below);
  const chance = (share: number): boolean => stream.uniform() < share;
  const pick = <Item>(items: readonly Item[]): Item => items[whole(items.length)]!;
  const steps: Step[] = [];
  let handles = 0;

  function step(kind: StepKind, depth: number): Step {
    const actions: Action[] = [];
    const id = steps.length;
    const it = { id, kind, delayMs: pick(times.delaysMs), readyNs: pick(times.readyNs), times: 2 + whole(3), actions };
    steps.push(it);
    if (kind === 'io' || kind === 'close') handles++;
    const children = depth === 0 ? 4 + whole(5) : depth > MAX_DEPTH ? 0 : whole(4);
    for (let child = 0; child < children && steps.length < MAX_STEPS; child++) {
      if (chance(0.35)) actions.push({ do: 'burn', ns: pick(times.burnsNs) });
      actions.push({ do: 'schedule', step: step(pick(io && handles < MAX_HANDLES ? [...KINDS, ...HANDLE_KINDS] : KINDS), depth + 1) });
      if (chance(0.12)) actions.push({ do: 'clear', id: pick(steps).id });
      if (chance(0.06)) actions.push({ do: 'refresh', id: pick(steps).id });
      if (chance(0.04)) actions.push({ do: 'unref', id: pick(steps).id });
    }
    if (chance(0.4)) actions.push({ do: 'burn', ns: pick(times.burnsNs) });
    return it;
  }

  const startNs = 1_000_000_000 + whole(1_000) * 1_000;
  return { seed, io, module, startNs, main: step('main', 0) };
}
