import type { ShareEstimate } from '../sim/experiments/shares.ts';

/** A number with so many significant digits, never in exponent form, thousands apart: 0.0043, 2.40, 1,323. */
export function significant(value: number, digits = 3): string {
  if (value === 0 || !Number.isFinite(value)) return grouped(value);
  return grouped(value, Math.min(20, Math.max(0, digits - 1 - magnitude(value))));
}

/** The power of ten of a number's first digit. */
function magnitude(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}

const formats = new Map<number, Intl.NumberFormat>(); // by decimal places: making one takes longer than a frame of a screen may

/** A number with so many decimal places, thousands apart. */
export function grouped(value: number, places = 0): string {
  let format = formats.get(places);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
    formats.set(places, format);
  }
  return format.format(value);
}

/** A share as a percentage, without the sign: 0.0023 is 0.230. */
export function percent(share: number, digits = 3): string {
  return significant(100 * share, digits);
}

/** A 503 rate, %, with what is known of it: '0.230' and '±0.016', or where none was seen '<0.0003', a bound that is rounded up, and nothing; '–' where nothing arrived. */
export function rejection({ mean, halfWidth, upper }: ShareEstimate): { readonly value: string; readonly halfWidth: string } {
  if (mean === 0) return { value: upper === null ? '–' : `<${significant(ceil(100 * upper), 1)}`, halfWidth: '' };
  return { value: percent(mean), halfWidth: plusMinus(halfWidth === null ? null : 100 * halfWidth) };
}

/** The number of one digit that is not below it. */
function ceil(value: number): number {
  const unit = 10 ** magnitude(value);
  return Math.ceil(value / unit) * unit;
}

/** A half-width, or nothing where there is none. */
export function plusMinus(halfWidth: number | null, digits = 2): string {
  return halfWidth === null ? '' : `±${significant(halfWidth, digits)}`;
}

/** A time, ms, in the unit that reads best: 31 s, 250 ms, 2.5 min, 10 h. */
export function duration(ms: number): string {
  const units = [
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const;
  const [unit, size] = units.find(([, size]) => ms >= size) ?? ['ms', 1];
  return `${grouped(ms / size, 3).replace(/\.?0+$/, '')} ${unit}`;
}

/** Columns of right-aligned cells under their heads. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => widths.map((width, column) => (cells[column] ?? '').padStart(width)).join('  ');
  return [heads, ...rows].map(line).join('\n');
}
