import { NS_PER_MS } from '../sim/node/node-loop.ts';
import type { Noise } from './noise.ts';
import { type Call, FIELDS } from './play.ts';
import { familyOf, generate, LONG_TIMES, type Program, type Step, type StepKind } from './program.ts';
import type { PlayOnRealClock } from './real-clock-node.ts';

const ROUNDS = 24;
const SLEEPS = 30; // of a program that does little else
const NEVER_AFTER_SLEEP: readonly StepKind[] = ['tick', 'microtask', 'immediate'];

/**
 * The noise of this machine, from programs like those that the check draws and from programs that sleep, each in a process of its own as there.
 *
 * @param firstSeed of the programs; the check must draw others
 */
export async function measureNoise(play: PlayOnRealClock, firstSeed: number): Promise<Noise> {
  const callNs: Partial<Record<Call, number[]>> = {};
  const callbackNs: number[] = [];
  const firstCallbackNs: number[] = [];
  const wakeNs: number[] = [];
  const readyNs: number[] = [];
  for (let seed = firstSeed; seed < firstSeed + ROUNDS; seed++) {
    const program = generate(seed, { ...familyOf(seed), io: true }, LONG_TIMES);
    const run = await play(program, { timed: true });
    for (const [call, ns] of run.callsNs!) callNs[call] = [...(callNs[call] ?? []), ns];
    readyNs.push(...run.readyLateNs);
    const kinds = kindsOf(program.main);
    for (const { step, afterNs } of pauses(run.trace)) {
      if (NEVER_AFTER_SLEEP.includes(kinds.get(step)!)) callbackNs.push(afterNs);
    }

    const [first, ...sleeps] = pauses((await play(sleeper(seed))).trace);
    firstCallbackNs.push(first!.afterNs);
    for (const { step, afterNs } of sleeps) {
      const lateNs = afterNs - sleepMs(step) * NS_PER_MS;
      // below 0 if milliseconds turned between setTimeout and the loop's sleep: the loop then sleeps so much less (rule 4)
      wakeNs.push(lateNs - Math.min(0, Math.floor(lateNs / NS_PER_MS)) * NS_PER_MS);
    }
  }
  return { callNs: callNs as Noise['callNs'], callbackNs, firstCallbackNs, wakeNs, readyNs };
}

/** Of each callback but the first: how long it began after the one before had ended. */
function pauses(trace: readonly number[]): { readonly step: number; readonly afterNs: number }[] {
  return Array.from({ length: trace.length / FIELDS - 1 }, (_, before) => {
    const at = (before + 1) * FIELDS;
    return { step: trace[at]!, afterNs: trace[at + 1]! - trace[at - 1]! };
  });
}

function kindsOf(step: Step, kinds = new Map<number, StepKind>()): Map<number, StepKind> {
  kinds.set(step.id, step.kind);
  for (const action of step.actions) if (action.do === 'schedule') kindsOf(action.step, kinds);
  return kinds;
}

/** An immediate, then one timeout after the other. */
function sleeper(seed: number): Program {
  let next: Step[] = [];
  for (let id = SLEEPS + 1; id >= 0; id--) {
    const kind = id === 0 ? 'main' : id === 1 ? 'immediate' : 'timeout';
    next = [{ id, kind, delayMs: sleepMs(id), readyNs: 0, times: 0, actions: next.map((step) => ({ do: 'schedule', step })) }];
  }
  return { ...familyOf(seed), seed, startNs: 0, main: next[0]! };
}

/** Of a sleeper's step. */
function sleepMs(step: number): number {
  return step;
}
