import type { Scenario } from '../fixtures/schema.ts';
import { counted, duration } from './format.ts';
import { faultWords } from './screens/inside-faults.ts';

const MOST_NAMED = 2;

/** What is planned to happen in every run of a scenario, faults and steps of the rate, in words; null where nothing is. */
export function plannedWords({ faults, arrivals }: Scenario): string | null {
  const named = faults.map((fault) => `${faultWords(fault)} from ${duration(fault.atMs)} to ${duration(fault.atMs + fault.forMs)}`);
  const parts = [
    ...(named.length > MOST_NAMED ? [`${counted(named.length, 'fault')}, the first ${named[0]}`] : named),
    ...stepWords(arrivals.rateSteps),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

function stepWords(steps: Scenario['arrivals']['rateSteps']): string[] {
  const [first] = steps;
  if (first === undefined) return [];
  if (steps.length === 1) return [`${factorText(first.factor)} times the rate from ${duration(first.atMs)}`];
  const factors = steps.map(({ factor }) => factor);
  const [from, to] = [Math.min(1, ...factors), Math.max(1, ...factors)].map(factorText);
  const times = steps.map(({ atMs }) => atMs);
  return [
    `${from} to ${to} times the rate in ${steps.length} steps from ${duration(Math.min(...times))} to ${duration(Math.max(...times))}`,
  ];
}

function factorText(factor: number): string {
  return `${Number(factor.toPrecision(3))}`;
}

/** The same in as few words as say that there is something; null where nothing is. */
export function plannedBriefly({ faults, arrivals }: Scenario): string | null {
  const parts = [
    ...(faults.length === 0 ? [] : [faults.length === 1 ? 'a fault' : 'faults']),
    ...(arrivals.rateSteps.length === 0 ? [] : ['steps']),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}
