import { NS_PER_MS } from '../sim/node/node-loop.ts';
import { eachCall, type Noise, pool } from './noise.ts';
import { FIELDS } from './play.ts';
import { familyOf, generate, LONG_TIMES, type Program, type Step, type StepKind } from './program.ts';
import type { PlayOnRealClock } from './real-clock-node.ts';

const ROUNDS = 24;
const SLEEPS = 30; // of a program that does little else
const NEVER_AFTER_SLEEP: readonly StepKind[] = ['tick', 'microtask', 'immediate'];

/**
 * The noise of this machine, once for each round: it comes in spells, so what was measured together stays together. A round is a program like
 * those that the check draws and one that sleeps, each in a process of its own as there.
 *
 * @param firstSeed of the programs; the check must draw others
 */
export async function measureNoise(play: PlayOnRealClock, firstSeed: number): Promise<Noise[]> {
  const rounds: Noise[] = [];
  for (let seed = firstSeed; seed < firstSeed + ROUNDS; seed++) rounds.push(await measureRound(play, seed));
  const all = pool(rounds);
  const orAll = (of: (noise: Noise) => readonly number[], round: Noise) => (of(round).length > 0 ? of(round) : of(all));
  return rounds.map((round) => ({
    callNs: eachCall((call) => orAll(({ callNs }) => callNs[call], round)),
    callbackNs: orAll((it) => it.callbackNs, round),
    firstCallbackNs: round.firstCallbackNs,
    wakeNs: round.wakeNs,
    readyNs: orAll((it) => it.readyNs, round),
  }));
}

async function measureRound(play: PlayOnRealClock, seed: number): Promise<Noise> {
  const program = generate(seed, { ...familyOf(seed), io: true }, LONG_TIMES);
  const { trace, callsNs, readyLateNs } = await play(program, { timed: true });
  const kinds = kindsOf(program.main);
  const [first, ...sleeps] = pauses((await play(sleeper(seed))).trace);
  return {
    callNs: eachCall((call) => callsNs!.filter(([it]) => it === call).map(([, ns]) => ns)),
    callbackNs: pauses(trace)
      .filter(({ step }) => NEVER_AFTER_SLEEP.includes(kinds.get(step)!))
      .map(({ afterNs }) => afterNs),
    firstCallbackNs: [first!.afterNs],
    wakeNs: sleeps.map(({ step, afterNs }) => {
      const lateNs = afterNs - sleepMs(step) * NS_PER_MS;
      // below 0 if milliseconds turned between setTimeout and the loop's sleep: the loop then sleeps so much less (rule 4)
      return lateNs - Math.min(0, Math.floor(lateNs / NS_PER_MS)) * NS_PER_MS;
    }),
    readyNs: readyLateNs,
  };
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
