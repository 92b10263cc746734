import type { Calendar } from '../engine/calendar.ts';

export type Levels = ReturnType<typeof createLevels>;

/** The time that some integers which go up and down spend at each of their values 0..max: means and shares of time come from one table. */
export function createLevels({ clock, state }: Calendar, count: number, max: number) {
  const width = max + 1;
  const timeAt = state(new Float64Array(count * width)); // ms
  const since = state(new Float64Array(count)); // the latest change, ms
  const level = state(new Int32Array(count));

  function change(i: number, by: number): void {
    const now = clock[0];
    const before = level[i]!;
    timeAt[i * width + before]! += now - since[i]!;
    since[i] = now;
    level[i] = before + by;
  }

  /** The integral of each level over time and the time each spent at its maximum, ms, since the last reading. */
  function read(): { integralMs: number[]; atMaxMs: number[] } {
    const integralMs: number[] = [];
    const atMaxMs: number[] = [];
    for (let i = 0; i < count; i++) {
      change(i, 0);
      let integral = 0;
      for (let n = 1; n < width; n++) integral += n * timeAt[i * width + n]!;
      integralMs.push(integral);
      atMaxMs.push(timeAt[i * width + max]!);
    }
    timeAt.fill(0);
    return { integralMs, atMaxMs };
  }

  return { change, read };
}
