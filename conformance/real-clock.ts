import { Stream } from '../sim/engine/stream.ts';
import { createNodeLoop } from '../sim/node/node-loop.ts';
import { callbacksIn, orderDifference } from './compare.ts';
import { playOnModel } from './model.ts';
import { disturbed, type Noise } from './noise.ts';
import type { Trace } from './play.ts';
import { familyOf, generate, LONG_TIMES, nameOf, type Program } from './program.ts';

/** The check on the real clock: races are excluded before anything runs, every other program runs once. */

/** Of the programs that run, the share that must agree. */
export const LEAST_AGREED = 0.94;
const DISTURBED_PLAYS = 100;

/** Whether noise can change the order of callbacks: it is not the same in many plays of the model on a noisy machine. */
export function isRace(program: Program, noises: readonly Noise[]): boolean {
  const { trace } = playOnModel(program, createNodeLoop);
  const stream = new Stream();
  stream.seed(`real-clock/${program.seed}`);
  const noisy = disturbed(createNodeLoop, noises, stream);
  for (let play = 0; play < DISTURBED_PLAYS; play++) {
    if (orderDifference(trace, playOnModel(program, noisy).trace) !== undefined) return true;
  }
  return false;
}

export interface RealClockResult {
  readonly drawn: number;
  /** What was no race, and so ran. */
  readonly ran: readonly Program[];
  readonly callbacks: number;
  /** Of each program that did not agree, how. */
  readonly differences: readonly string[];
}

/** Whether enough agreed. */
export function agrees({ ran, differences }: RealClockResult): boolean {
  return ran.length > 0 && ran.length - differences.length >= LEAST_AGREED * ran.length;
}

/** Draws programs, excludes races, and compares what `play` makes of the others with the model. One after the other: each needs the machine. */
export async function checkOnRealClock(
  { programs, seed }: { readonly programs: number; readonly seed: number },
  noises: readonly Noise[],
  play: (program: Program) => Promise<{ readonly trace: Trace }>,
): Promise<RealClockResult> {
  const drawn = Array.from({ length: programs }, (_, at) => generate(seed + at, familyOf(seed + at), LONG_TIMES));
  const ran = drawn.filter((program) => !isRace(program, noises));
  let callbacks = 0;
  const differences: string[] = [];
  for (const program of ran) {
    const { trace } = await play(program);
    callbacks += callbacksIn(trace);
    const differs = orderDifference(trace, playOnModel(program, createNodeLoop).trace);
    if (differs !== undefined) differences.push(`${nameOf(program)}: ${differs}`);
  }
  return { drawn: programs, ran, callbacks, differences };
}
