import { isDeepStrictEqual } from 'node:util';
import { createNodeLoop } from '../sim/node/node-loop.ts';
import { brokenLoop, countingLoop } from './broken-loops.ts';
import { orderDifference } from './compare.ts';
import { type CreateLoop, type Observation, playOnModel } from './model.ts';
import { type Mutation, mutations } from './mutations.ts';
import type { Program } from './program.ts';

/** How much programs see of each rule: how often it acts in them, and how many of them notice when it is broken. */

export const RULES = Array.from({ length: 20 }, (_, i) => i + 1);

export interface Notice extends Mutation {
  /** How many programs a loop that breaks the rule plays otherwise; one that it cannot finish counts. */
  readonly programs: number;
  /** How many of them by the order of callbacks alone. */
  readonly inOrder: number;
}

/** How often each rule acts, the first rule first. */
export async function actsOf(programs: readonly Program[]): Promise<number[]> {
  const { createLoop, counts } = await countingLoop();
  for (const program of programs) playOnModel(program, createLoop);
  return RULES.map((rule) => counts.get(rule) ?? 0);
}

/** Who notices each mutation. */
export async function noticesOf(programs: readonly Program[]): Promise<Notice[]> {
  const whole = programs.map((program) => playOnModel(program, createNodeLoop));
  const notices: Notice[] = [];
  for (const mutation of mutations) {
    const createLoop = await brokenLoop(mutation.edits);
    const noticed = programs.map((program, at) => notice(program, whole[at]!, createLoop));
    notices.push({
      ...mutation,
      programs: noticed.filter((it) => it !== 'nothing').length,
      inOrder: noticed.filter((it) => it === 'order').length,
    });
  }
  return notices;
}

function notice(program: Program, whole: Observation, createLoop: CreateLoop): 'nothing' | 'times' | 'order' {
  try {
    const broken = playOnModel(program, createLoop);
    if (isDeepStrictEqual(broken, whole)) return 'nothing';
    return orderDifference(whole.trace, broken.trace) === undefined ? 'times' : 'order';
  } catch {
    return 'order';
  }
}
