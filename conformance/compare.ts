import type { Observation } from './model.ts';
import { FIELDS, type Trace } from './play.ts';

const TOLERANCE_NS = 1_000;

/** How two observations differ first, or undefined if they agree: the same callbacks in the same order, each instant within the tolerance. */
export function difference(expected: Observation, found: Observation): string | undefined {
  const order = orderDifference(expected.trace, found.trace);
  if (order !== undefined) return order;
  for (let at = 0; at < expected.trace.length; at += FIELDS) {
    const [step, beganNs, endedNs] = expected.trace.slice(at, at + FIELDS);
    const [, foundBeganNs, foundEndedNs] = found.trace.slice(at, at + FIELDS);
    const where = `callback ${at / FIELDS}: step ${step}`;
    if (apart(beganNs!, foundBeganNs!)) return `${where} begins at ${beganNs} ns on Node, ${foundBeganNs} on the model`;
    if (apart(endedNs!, foundEndedNs!)) return `${where} ends at ${endedNs} ns on Node, ${foundEndedNs} on the model`;
  }
  if (expected.sleeps !== found.sleeps) return `${expected.sleeps} sleeps of the loop on Node, ${found.sleeps} on the model`;
  return undefined;
}

/** Where the orders of callbacks differ first, or undefined if they are the same. */
export function orderDifference(expected: Trace, found: Trace): string | undefined {
  for (let at = 0; at < Math.max(expected.length, found.length); at += FIELDS) {
    if (expected[at] !== found[at]) {
      return `callback ${at / FIELDS}: step ${expected[at] ?? 'none'} on Node, ${found[at] ?? 'none'} on the model`;
    }
  }
  return undefined;
}

export function callbacksIn(trace: Trace): number {
  return trace.length / FIELDS;
}

function apart(oneNs: number, otherNs: number): boolean {
  return Math.abs(oneNs - otherNs) > TOLERANCE_NS;
}
