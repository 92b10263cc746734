import Value from 'typebox/value';
import { rateSchema } from '../../fixtures/schema.ts';

/** Of a sweep. */
export const MOST_RATES = 1000;

/** Whether the schema has it as a rate, requests per second. */
export const isRate = (n: number) => Value.Check(rateSchema, n);

/** A number that passes the test; null for anything else. */
export function parseNumber(text: string, test: (n: number) => boolean): number | null {
  const n = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(n) && test(n) ? n + 0 : null; // and not −0
}

/** '100,200' or '100..1400:100' as ascending rates above 0, each once; null where it is neither, or has no rate or too many. */
export function parseRates(text: string): number[] | null {
  const [, from, to, step] = /^(.+)\.\.(.+):(.+)$/.exec(text) ?? [];
  const rates =
    from === undefined || to === undefined || step === undefined
      ? text.split(',').map((part) => parseNumber(part, isRate))
      : range(from, to, step);
  if (rates === null || rates.length === 0 || rates.length > MOST_RATES) return null;
  const known = rates.filter((rate) => rate !== null);
  return known.length === rates.length ? [...new Set(known)].sort((a, b) => a - b) : null;
}

function range(fromText: string, toText: string, stepText: string): number[] | null {
  const [from, to, step] = [fromText, toText, stepText].map((text) => parseNumber(text, isRate));
  if (from == null || to == null || step == null) return null;
  const count = Math.floor((to - from) / step + 1e-9) + 1; // a step such as 0.1 does not add up to the end exactly
  return count > MOST_RATES ? null : Array.from({ length: Math.max(0, count) }, (_, i) => Number((from + i * step).toPrecision(12)));
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** '500ms', '31s', '10m', '2h' as an override of a scenario's field; null where it is no such time or shorter than the least. */
export function parseDuration(text: string, leastMs: number, path: string): string[] | null {
  const [, number = '', unit = ''] = /^([\d.]+)(ms|s|m|h)$/.exec(text) ?? [];
  const n = parseNumber(number, (value) => value >= 0);
  const ms = n === null ? null : n * (UNITS[unit] ?? Number.NaN);
  return ms === null || ms < leastMs ? null : [`${path}=${ms}`];
}
