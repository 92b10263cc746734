import type { StationCeiling } from '../sim/experiments/bottleneck.ts';
import type { Crossing } from '../sim/experiments/knee.ts';
import { DEFAULT_LIMIT, type Limit } from '../sim/experiments/limit.ts';
import { grouped, percent, plusMinus, significant } from './format.ts';

/** What gives way first, in words: where the limit is crossed, the closed-form ceiling, and where the next station would stand at it. */
export function bottleneckSentence(
  limit: Limit,
  knee: Crossing | null,
  [first, ...others]: readonly [StationCeiling, ...StationCeiling[]],
): string {
  const crossed = limitWords(limit);
  const passes =
    knee === null ? `${crossed} at no rate of the sweep` : `${crossed} from ${grouped(knee.ratePerSecond)}/s ${plusMinus(knee.halfWidth)}`;
  const ceiling =
    `the ${possessive(first.station)} closed-form ceiling is ${grouped(first.ceilingPerSecond)}/s ` +
    `(${grouped(first.servers)} ÷ ${significant(first.holdingMs / 1000)} s of holding time a request)`;
  const next = others[0];
  return [
    passes,
    ceiling,
    ...(next === undefined ? [] : [`the ${next.station} would be ${percent(next.utilisationAtFirst, 2)}% busy there`]),
  ].join('; ');
}

function limitWords({ text, max }: Limit): string {
  return text === DEFAULT_LIMIT || text.startsWith('rejectionRate<=')
    ? `503s pass ${significant(100 * max, 2)}%`
    : `${text.split('<=')[0]} passes ${max}`;
}

function possessive(noun: string): string {
  return noun.endsWith('s') ? `${noun}'` : `${noun}'s`;
}
