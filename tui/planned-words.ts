import type { Scenario } from '../fixtures/schema.ts';
import { counted, duration } from './format.ts';
import { faultWords, shortFaultWords } from './screens/inside-faults.ts';

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
  const times = steps.map(({ atMs }) => atMs);
  const when =
    steps.length === 1
      ? `from ${duration(first.atMs)}`
      : `in ${steps.length} steps from ${duration(Math.min(...times))} to ${duration(Math.max(...times))}`;
  return [`${factorWords(steps)} ${when}`];
}

function factorWords(steps: Scenario['arrivals']['rateSteps']): string {
  const factors = steps.map(({ factor }) => factor);
  if (steps.length === 1) return `${factorText(factors[0]!)} times the rate`;
  return `${factorText(Math.min(1, ...factors))} to ${factorText(Math.max(1, ...factors))} times the rate`;
}

function factorText(factor: number): string {
  return `${Number(factor.toPrecision(3))}`;
}

/** The same in few words, and in fewer and fewer: the last ones have no names in them, which can be long. None where nothing is planned. */
export function plannedBriefly({ faults, arrivals }: Scenario): string[] {
  const steps = arrivals.rateSteps.length === 0 ? [] : [factorWords(arrivals.rateSteps)];
  const wordings = faults.length === 0 ? [[]] : faultWordings(faults).map((words) => [words]);
  return wordings.map((words) => [...words, ...steps].join(', ')).filter((words) => words !== '');
}

function faultWordings(faults: Scenario['faults']): string[] {
  const unnamed = faults.map((fault) => shortFaultWords(fault, 'an ISP'));
  return [faults.map((fault) => shortFaultWords(fault)), unnamed].map((each) =>
    each.length > MOST_NAMED ? `${counted(each.length, 'fault')}, the first ${each[0]}` : each.join(', '),
  );
}
