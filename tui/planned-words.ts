import type { Scenario } from '../fixtures/schema.ts';
import { counted, duration } from './format.ts';
import { faultWords, shortFaultWords } from './screens/inside-faults.ts';

const MOST_NAMED = 2;

/** What is planned to happen in every run of a scenario, faults and steps of the rate, in words; null where nothing is. */
export function plannedWords({ faults, arrivals, run }: Scenario): string | null {
  const named = faults.map((fault) => {
    const untilMs = fault.atMs + fault.forMs;
    return `${faultWords(fault)} from ${duration(fault.atMs)} ${untilMs > run.measureMs ? 'on' : `to ${duration(untilMs)}`}`;
  });
  const parts = [
    ...(named.length > MOST_NAMED ? [`${counted(named.length, 'fault')}, the first ${named[0]}`] : named),
    ...stepWords(arrivals.rateSteps),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

type Steps = Scenario['arrivals']['rateSteps'];

function stepWords(steps: Steps): string[] {
  const [first, second] = steps;
  if (first === undefined) return [];
  if (second === undefined) return [`${factorText(first.factor)} times the rate from ${duration(first.atMs)}`];
  const span = `from ${duration(first.atMs)} to ${duration(steps.at(-1)!.atMs)}`;
  const isSpike = steps.length === 2 && second.factor === 1;
  return [isSpike ? `${factorText(first.factor)} times the rate ${span}` : `${factorWords(steps)} in ${steps.length} steps ${span}`];
}

/** Between which multiples the rate is, in all of the run. */
function factorWords(steps: Steps): string {
  const factors = [...(steps[0]?.atMs === 0 ? [] : [1]), ...steps.map(({ factor }) => factor)];
  const [least, most] = [Math.min(...factors), Math.max(...factors)].map(factorText);
  return least === most ? `${least} times the rate` : `${least} to ${most} times the rate`;
}

function factorText(factor: number): string {
  return `${Number(factor.toPrecision(3))}`;
}

/** The same in few words; null where nothing is planned. */
export function plannedBriefly({ faults, arrivals }: Scenario): string | null {
  const short = faults.map(shortFaultWords);
  const parts = [
    ...(short.length > MOST_NAMED ? [`${counted(short.length, 'fault')}, the first ${short[0]}`] : short),
    ...(arrivals.rateSteps.length === 0 ? [] : [factorWords(arrivals.rateSteps)]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}
