import type { PercentileEstimate } from '../sim/experiments/percentiles.ts';
import type { ShareEstimate } from '../sim/experiments/shares.ts';
import { textWidth } from './terminal/text.ts';

/** What there is to show where there is no figure. */
export const NO_FIGURE = '–';

const LEAST_PLAIN = 1e-5; // of figures: what is smaller, and what is not below the most, is written in exponent form
const MOST_PLAIN = 1e9;
const MOST_GROUPED = 1e12; // of counts and times, which are told to the last one

/** A number with so many significant digits, and all before the point: 0.0043, 2.40, 1,323, but 4.7e-12 where it would be long. Up to 4 digits take at most 11 characters. */
export function significant(value: number, digits = 3): string {
  const rounded = Math.abs(Number(value.toPrecision(digits)));
  if (rounded === 0 || !Number.isFinite(rounded)) return grouped(value);
  if (rounded < LEAST_PLAIN || rounded >= MOST_PLAIN) return exponential(value, digits);
  return grouped(value, Math.max(0, digits - 1 - magnitude(rounded)));
}

function exponential(value: number, digits: number): string {
  return value.toExponential(digits - 1).replace('e+', 'e');
}

/** The power of ten of a number's first digit. */
function magnitude(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}

const formats = new Map<number, Intl.NumberFormat>(); // by decimal places: making one takes longer than a frame of a screen may

/** A number with so many decimal places, thousands apart. */
export function grouped(value: number, places = 0): string {
  if (!Number.isFinite(value)) return NO_FIGURE;
  if (Math.abs(value) >= MOST_GROUPED) return exponential(value, 3);
  let format = formats.get(places);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: places, maximumFractionDigits: places, signDisplay: 'negative' });
    formats.set(places, format);
  }
  return format.format(value);
}

/** How many there are of something: '1 run', '2 runs', '1,000 replies'. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A share as a percentage, without the sign: 0.0023 is 0.230. */
export function percent(share: number, digits = 3): string {
  return significant(100 * share, digits);
}

/** A 503 rate, %, with what is known of it: '0.230' and '±0.016', or where none was seen '<0.0003', a bound that is rounded up, and nothing; '–' where nothing arrived. */
export function rejection({ mean, halfWidth, upper }: ShareEstimate): { readonly value: string; readonly halfWidth: string } {
  if (mean === 0) return { value: upper === null ? NO_FIGURE : `<${significant(ceil(100 * upper), 1)}`, halfWidth: '' };
  return { value: percent(mean), halfWidth: plusMinus(halfWidth === null ? null : 100 * halfWidth) };
}

/** The number of one digit that is not below it. */
function ceil(value: number): number {
  const unit = 10 ** magnitude(value);
  return Math.ceil(value / unit) * unit;
}

const LEAST_HALF_WIDTH = 1e-6; // of a per cent, a ms, or one a second: what is below is rounding

/** A half-width, or nothing where there is none. */
export function plusMinus(halfWidth: number | null): string {
  return halfWidth === null ? '' : `±${apart(halfWidth)}`;
}

function apart(distance: number): string {
  return significant(distance < LEAST_HALF_WIDTH ? 0 : distance, 2);
}

const EVEN = 0.8; // from which the greater of two distances tells enough of both

/** How far the interval of a percentile reaches: '±12', '-8.1 +4,200' where that is uneven, or nothing where an end is not known. */
export function reach({ value, lower, upper, halfWidth }: PercentileEstimate): string {
  if (lower === null || upper === null || halfWidth === null) return '';
  const [down, up] = [value - lower, upper - value];
  if (Math.min(down, up) >= EVEN * halfWidth || halfWidth < LEAST_HALF_WIDTH) return plusMinus(halfWidth);
  return `-${apart(down)} +${apart(up)}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A time, ms, as one says it: 250 ms, 31 s, 80 s, 2 min, 16 min 40 s, 2 h 46 min. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${decimal(ms)} ms`;
  if (ms < 5 * MINUTE && ms % MINUTE !== 0) return `${decimal(ms / SECOND)} s`;
  const whole = Math.round(ms / SECOND) * SECOND;
  return whole < 2 * HOUR
    ? inUnits(whole, MINUTE, 'min', SECOND, 's')
    : inUnits(Math.round(ms / MINUTE) * MINUTE, HOUR, 'h', MINUTE, 'min');
}

const LEAST_TENTHS = 100; // ms: fewer would be a bare 0.0 s

/** How long something took, ms of wall time, of which nobody wants more digits: 17.3 s, 43 ms. */
export function wallTime(ms: number): string {
  return ms < LEAST_TENTHS ? `${grouped(Math.max(1, ms))} ms` : `${grouped(ms / SECOND, 1)} s`;
}

/** At most three decimal places, without zeros at the end. */
function decimal(value: number): string {
  return grouped(value, 3).replace(/\.?0+$/, '');
}

function inUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.round((ms % large) / small);
  return `${grouped(Math.floor(ms / large))} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** Columns of right-aligned cells under their heads. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) => Math.max(textWidth(head), ...rows.map((row) => textWidth(row[column] ?? ''))));
  const padded = (cell: string, width: number) => ' '.repeat(width - textWidth(cell)) + cell;
  const line = (cells: readonly string[]) => widths.map((width, column) => padded(cells[column] ?? '', width)).join('  ');
  return [heads, ...rows].map(line).join('\n');
}
