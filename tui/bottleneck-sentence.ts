import type { StationCeiling } from '../sim/experiments/bottleneck.ts';
import type { Crossing } from '../sim/experiments/knee.ts';
import type { Limit } from '../sim/experiments/limit.ts';
import type { Point } from '../sim/experiments/point.ts';
import { grouped, percent, plusMinus, significant } from './format.ts';

/** What gives way first, in words: where the limit is crossed, the closed-form ceiling, and where the next station would stand at it. */
export function bottleneckSentence(
  limit: Limit,
  knee: Crossing | null,
  [first, ...others]: readonly [StationCeiling, ...StationCeiling[]],
  points: readonly Point[],
): string {
  const lowest = points[0] === undefined ? null : limit.read(points[0]);
  const passes =
    knee !== null
      ? `${limitWords(limit)} from ${grouped(knee.ratePerSecond)}/s ${plusMinus(knee.halfWidth)}`
      : `${limitWords(limit)} at ${lowest !== null && lowest.value > limit.max ? 'every' : 'no'} rate of the sweep`;
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
  return text.startsWith('rejectionRate<=') ? `503s pass ${Number((100 * max).toPrecision(6))}%` : `${text.split('<=')[0]} passes ${max}`;
}

function possessive(noun: string): string {
  return noun.endsWith('s') ? `${noun}'` : `${noun}'s`;
}
