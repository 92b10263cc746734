import type { Scenario } from '../fixtures/schema.ts';
import { ceilings, type StationCeiling } from '../sim/experiments/bottleneck.ts';
import type { Crossing } from '../sim/experiments/knee.ts';
import type { Limit } from '../sim/experiments/limit.ts';
import type { Point } from '../sim/experiments/point.ts';
import { grouped, percent, plusMinus, significant } from './format.ts';
import { plannedWords } from './planned-words.ts';
import { rateText } from './screens/rate.ts';

/** What gives way first, in words: where the limit is passed, the closed-form ceiling, and where the next station would stand at it. */
export function bottleneckSentence(limit: Limit, knee: Crossing | null, scenario: Scenario, points: readonly Point[]): string {
  return [kneeClause(limit, knee, scenario, points), ...ceilingClauses(scenario)].join('; ');
}

/** Where the limit is passed, as far as the rates of a sweep show it. What is planned to happen in its runs is named. */
export function kneeClause(limit: Limit, knee: Crossing | null, scenario: Scenario, points: readonly Point[]): string {
  const planned = plannedWords(scenario);
  return `${passes(limit, knee, points)}${planned === null ? '' : `, in runs with what is planned (${planned})`}`;
}

const MOST_NAMED = 3;

function passes(limit: Limit, knee: Crossing | null, points: readonly Point[]): string {
  const { passes, holds, unseen } = limitWords(limit);
  const known = points.flatMap((point) => {
    const reading = limit.read(point);
    if (reading === null || point.arrivals === 0) return [];
    const within = reading.upper !== null && reading.upper <= limit.max;
    return [{ rate: point.ratePerSecond, above: reading.value > limit.max, within }];
  });
  if (known.length === 0) return `whether ${passes} is not known at any rate`;
  if (knee !== null) {
    const within = known.filter(({ rate, above }) => rate > knee.ratePerSecond && !above);
    const but = within.length === 0 ? '' : `, but not at ${listed(within)}`;
    return `${passes} from ${significant(knee.ratePerSecond)}/s ${plusMinus(knee.halfWidth)}`.trimEnd() + but;
  }
  const above = known.filter(({ above }) => above);
  const areWithin = known.every(({ within }) => within);
  if (known.length === 1) return `${above.length === 1 ? passes : areWithin ? holds : unseen} at ${listed(known)}`;
  if (above.length === 0) return areWithin ? `${passes} at no rate of the sweep` : `${unseen} at any rate of the sweep`;
  return `${passes} at ${above.length === known.length ? 'every rate of the sweep' : listed(above)}`;
}

function listed(at: readonly { readonly rate: number }[]): string {
  const named = at.slice(0, MOST_NAMED).map(({ rate }) => `${rateText(rate)}/s`);
  if (at.length > MOST_NAMED) return `${named[0]} and ${at.length - 1} other rates`;
  return named.length === 1 ? named[0]! : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
}

/** That a limit is passed, that the interval is within it, and that neither is known. */
function limitWords({ text, max }: Limit): Readonly<Record<'passes' | 'holds' | 'unseen', string>> {
  if (!text.startsWith('rejectionRate<=')) {
    const [figure] = text.split('<=');
    return { passes: `${figure} passes ${max}`, holds: `${figure} stays within ${max}`, unseen: `${figure} is not seen to pass ${max}` };
  }
  const share = `${Number((100 * max).toPrecision(6))}%`;
  return { passes: `503s pass ${share}`, holds: `503s stay within ${share}`, unseen: `503s are not seen to pass ${share}` };
}

/** Which station gives way first, by the closed forms, and where the next one would stand then. */
export function ceilingClauses(scenario: Scenario): string[] {
  const [first, next] = ceilings(scenario);
  const without = plannedWords(scenario) === null ? '' : 'without that, ';
  if (first.ceilingPerSecond === Infinity) return [`${without}no station has a closed-form ceiling, since requests take no time`];
  return [
    `${without}the ${possessive(stationName(first, scenario))} closed-form ceiling is ${ceilingWords(first)}`,
    ...(next === undefined ? [] : [`the ${stationName(next, scenario)} would be ${percent(next.utilisationAtFirst, 2)}% busy there`]),
  ];
}

/** The same in a sentence of its own. */
export function ceilingSentence(scenario: Scenario): string {
  const [first] = ceilings(scenario);
  const without = plannedWords(scenario) === null ? '' : ' without what is planned';
  if (first.ceilingPerSecond === Infinity) return `No station has a closed-form ceiling${without}, since requests take no time.`;
  return `First to give way${without}: the ${stationName(first, scenario)}, closed-form ceiling ${ceilingWords(first)}.`;
}

function ceilingWords({ ceilingPerSecond, servers, holdingMs }: StationCeiling): string {
  return `${significant(ceilingPerSecond)}/s (${grouped(servers)} ÷ ${significant(holdingMs / 1000)} s of holding time a request)`;
}

/** A station in words: of a single pod there is one pool and one event loop. */
export function stationName({ station }: StationCeiling, { pods }: Scenario): string {
  return pods.count === 1 ? station.replace(/s$/, '') : station;
}

function possessive(noun: string): string {
  return noun.endsWith('s') ? `${noun}'` : `${noun}'s`;
}
