/** A labelled place on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

const ROUND = [1, 2, 2.5, 4, 5, 10];

/** The finest round steps (1, 2, 2.5, 4 or 5 times a power of ten) that give at most so many ticks from one value to another. */
export function roundTicks(from: number, to: number, most: number): number[] {
  if (to <= from || most < 1) return most < 1 ? [] : [from];
  const magnitude = 10 ** Math.floor(Math.log10((to - from) / most));
  for (const factor of ROUND) {
    const step = factor * magnitude;
    const first = Math.ceil(from / step - 1e-9);
    const last = Math.floor(to / step + 1e-9);
    if (last - first < most) return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  }
  return [from];
}
