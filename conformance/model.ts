import type { createNodeLoop } from '../sim/node/node-loop.ts';
import { mainOf, type Trace } from './play.ts';
import type { Program } from './program.ts';

/** What one process did, real or modelled. */
export interface Observation {
  /** How often its loop slept. */
  readonly sleeps: number;
  readonly trace: Trace;
}

export type CreateLoop = typeof createNodeLoop;

const MAX_CALLBACKS = 2_000; // many times what a program has: a loop broken on purpose may never end

/** A program on the model; the loop is a parameter since some are broken on purpose. */
export function playOnModel(program: Program, createLoop: CreateLoop): Observation {
  let sleeps = 0;
  let callbacks = 0;
  const loop = createLoop(program.startNs, {
    callbackBegan: () => {
      if (++callbacks > MAX_CALLBACKS) throw new RangeError(`more than ${MAX_CALLBACKS} callbacks`);
    },
    slept: () => {
      if (++sleeps > MAX_CALLBACKS) throw new RangeError(`more than ${MAX_CALLBACKS} sleeps`);
    },
  });
  const trace: Trace = [];
  loop.run(mainOf(program, loop, trace), program.module ? 'module' : 'commonjs');
  return { sleeps, trace };
}
