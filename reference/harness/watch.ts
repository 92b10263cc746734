import { setTimeout as pause } from 'node:timers/promises';
import { askPod } from './ask-pod.ts';
import { PING } from './child.ts';
import type { Process } from './processes.ts';
import type { Pod, World } from './world.ts';

const EVERY_MS = 1000;
const ANSWERS_WITHIN_MS = 3000;
const MOST_MS = ANSWERS_WITHIN_MS + EVERY_MS + 1000; // that a round takes if this process runs

/**
 * Asks each part how it is, once a second, and tells in a sentence when some are not well or do not answer, and when they are well again. Until
 * the signal; rejects then.
 */
export async function watchParts(world: World, tell: (sentence: string) => void, signal: AbortSignal): Promise<never> {
  let known = new Map<string, string>(); // what is wrong, by part
  for (;;) {
    const beganMs = performance.now();
    const parts = [...world.pods.map(checkPod), ...world.helpers().map(checkHelper)];
    const complaints = new Map((await Promise.all(parts)).filter((found) => found !== null));
    await pause(EVERY_MS, undefined, { signal }); // what a death causes is not told: the death is
    const tookMs = performance.now() - beganMs;
    if (tookMs > MOST_MS) {
      tell(`did not run for ${Math.round(tookMs / 1000)} s`); // so it cannot say what the parts did
      continue;
    }
    for (const [complaint, names] of grouped([...complaints].filter(([name, it]) => known.get(name) !== it)))
      tell(`${names}: ${complaint}`);
    const well = [...known.keys()].filter((name) => !complaints.has(name));
    if (well.length > 0) tell(`${well.join(', ')}: well again`);
    known = complaints;
  }
}

/** The part's name and what is wrong with it; null: nothing. */
type Found = readonly [name: string, complaint: string] | null;

async function checkPod(pod: Pod): Promise<Found> {
  try {
    const { status, text } = await askPod(pod, '/health', ANSWERS_WITHIN_MS);
    return status === 200 ? null : [pod.name, JSON.parse(text).message];
  } catch {
    return [pod.name, SILENT];
  }
}

const SILENT = 'no answer';

async function checkHelper({ name, ask }: Process<unknown>): Promise<Found> {
  try {
    return await Promise.race([ask(PING).then(() => null), pause(ANSWERS_WITHIN_MS, [name, SILENT] as const, { ref: false })]);
  } catch (error) {
    return [name, (error as Error).message.replace(`${name}: `, '')];
  }
}

function grouped(complaints: readonly (readonly [name: string, complaint: string])[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, complaint] of complaints) names.set(complaint, [names.get(complaint), name].filter(Boolean).join(', '));
  return names;
}
