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

function stepWords(steps: Scenario['arrivals']['rateSteps']): string[] {
  const [first, second] = steps;
  if (first === undefined) return [];
  const last = steps.at(-1)!;
  const span = `from ${duration(first.atMs)} to ${duration(last.atMs)}`;
  const when = second === undefined ? `from ${duration(first.atMs)}` : isSpike(steps) ? span : `in ${steps.length} steps ${span}`;
  return [`${factorWords(steps)} ${when}`];
}

/** Whether the rate changes for a while and is then what it was. */
const isSpike = (steps: Scenario['arrivals']['rateSteps']) => steps.length === 2 && steps[1]!.factor === 1;

function factorWords(steps: Scenario['arrivals']['rateSteps']): string {
  const factors = steps.map(({ factor }) => factor);
  if (steps.length === 1 || isSpike(steps)) return `${factorText(factors[0]!)} times the rate`;
  return `${factorText(Math.min(1, ...factors))} to ${factorText(Math.max(1, ...factors))} times the rate`;
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
