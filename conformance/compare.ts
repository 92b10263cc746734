import type { Observation } from './model.ts';

export const TOLERANCE_NS = 1_000;
const FIELDS = 3; // of a callback in a trace

/** How two observations differ first, or undefined if they agree: the same callbacks in the same order, each instant within the tolerance. */
export function difference(expected: Observation, found: Observation): string | undefined {
  const length = Math.max(expected.trace.length, found.trace.length);
  for (let at = 0; at < length; at += FIELDS) {
    const [step, beganNs, endedNs] = expected.trace.slice(at, at + FIELDS);
    const [foundStep, foundBeganNs, foundEndedNs] = found.trace.slice(at, at + FIELDS);
    const where = `callback ${at / FIELDS}`;
    if (step !== foundStep) return `${where}: step ${step ?? 'none'} on Node, ${foundStep ?? 'none'} on the model`;
    if (apart(beganNs!, foundBeganNs!)) return `${where}: step ${step} begins at ${beganNs} ns on Node, ${foundBeganNs} on the model`;
    if (apart(endedNs!, foundEndedNs!)) return `${where}: step ${step} ends at ${endedNs} ns on Node, ${foundEndedNs} on the model`;
  }
  if (expected.sleeps !== found.sleeps) return `${expected.sleeps} sleeps of the loop on Node, ${found.sleeps} on the model`;
  return undefined;
}

export function callbacksIn(observed: Observation): number {
  return observed.trace.length / FIELDS;
}

function apart(oneNs: number, otherNs: number): boolean {
  return Math.abs(oneNs - otherNs) > TOLERANCE_NS;
}
