import type { Noise } from './noise.ts';
import type { RealClockResult } from './real-clock.ts';
import { actsOf, noticesOf } from './rules.ts';

/** What the command prints of the check on the real clock. */

const WIDTHS = [34, 8, 8, 8, 8];
const NS_PER_US = 1_000;

export function noiseTable({ callNs, callbackNs, firstCallbackNs, wakeNs, readyNs }: Noise): string {
  const rows: (readonly [string, readonly number[]])[] = [
    ...Object.entries(callNs).map(([call, samplesNs]) => [call === 'burn' ? 'burn, overshoot' : call, samplesNs] as const),
    ['from callback to callback', callbackNs],
    ['from main to the loop', firstCallbackNs],
    ['lateness of wake-ups', wakeNs],
    ['lateness of I/O', readyNs],
  ];
  return table(
    ['noise of this machine, µs', 'samples', 'p50', 'p99', 'most'],
    rows.map(([name, samplesNs]) => {
      const sorted = [...samplesNs].sort((a, b) => a - b);
      const quantile = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))]! / NS_PER_US).toFixed(1);
      return [name, String(sorted.length), quantile(0.5), quantile(0.99), quantile(1)];
    }),
  );
}

export async function realClockReport({ drawn, ran, callbacks, differences }: RealClockResult): Promise<string> {
  const excluded = drawn - ran.length;
  const agreed = ran.length - differences.length;
  const acts = await actsOf(ran);
  const notices = await noticesOf(ran);
  const rules = acts.map((times, at) => {
    const inOrder = notices.filter(({ rule }) => rule === at + 1).map((it) => it.inOrder);
    return [`rule ${at + 1}`, String(times), String(Math.max(...inOrder))];
  });
  return [
    '',
    table(['in the programs that ran', 'acts', 'noticed'], rules),
    '(noticed: programs whose order of callbacks changes if the rule is broken, in the way that most notice)',
    '',
    `Node ${process.version}: ${drawn} programs drawn, ${excluded} excluded as races (${percent(excluded, drawn)}), ${ran.length} ran once, ` +
      `${agreed} agreed (${percent(agreed, ran.length)}), ${callbacks} callbacks compared`,
  ].join('\n');
}

function percent(part: number, all: number): string {
  return all === 0 ? 'none' : `${((100 * part) / all).toFixed(1)}%`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, ...rows]
    .map((cells) => cells.map((cell, at) => (at === 0 ? cell.padEnd(WIDTHS[at]!) : cell.padStart(WIDTHS[at]!))).join(''))
    .join('\n');
}
