import type { Interval } from './interval.ts';

/** A figure at some rate. */
export interface Reading extends Interval {
  readonly ratePerSecond: number;
}

/** Where a figure crosses a limit: the rate, and the rates at which the ends of its 95% interval do; null where they are not seen to. */
export interface Crossing {
  readonly ratePerSecond: number;
  readonly lower: number | null;
  readonly upper: number | null;
  /** The greater distance from the rate to an end; null where one of them is. */
  readonly halfWidth: number | null;
}

const value = (reading: Reading) => reading.value;
const upperEnd = (reading: Reading) => reading.upper ?? Infinity;
const lowerEnd = (reading: Reading) => reading.lower ?? -Infinity;

/**
 * The rate from which a figure that grows with the rate is above a limit: bisection between known readings, for the figure itself and for
 * both ends of its interval. Null where the figure is not seen to cross.
 *
 * @param known readings at some rates, in any order
 * @param measure makes a reading at another rate; null ends the search (it was stopped)
 * @param tolerance how near the ends of the bracket come, as a share of the rate
 */
export async function findCrossing(
  limit: number,
  known: readonly Reading[],
  measure: (ratePerSecond: number) => Promise<Reading | null>,
  tolerance = 0.001,
): Promise<Crossing | null> {
  const measured = new Map<number, Promise<Reading | null>>(known.map((reading) => [reading.ratePerSecond, Promise.resolve(reading)]));
  const sorted = [...known].sort((a, b) => a.ratePerSecond - b.ratePerSecond);

  function measureOnce(ratePerSecond: number): Promise<Reading | null> {
    const reading = measured.get(ratePerSecond) ?? measure(ratePerSecond);
    measured.set(ratePerSecond, reading);
    return reading;
  }

  async function bisect(figure: (reading: Reading) => number): Promise<number | null> {
    const above = sorted.findIndex((reading) => figure(reading) > limit);
    if (above < 1) return null;
    let low = sorted[above - 1]!.ratePerSecond;
    let high = sorted[above]!.ratePerSecond;
    while (high - low > tolerance * high) {
      const reading = await measureOnce((low + high) / 2);
      if (reading === null) return null;
      if (figure(reading) > limit) high = reading.ratePerSecond;
      else low = reading.ratePerSecond;
    }
    return (low + high) / 2;
  }

  const [at, lower, upper] = await Promise.all([bisect(value), bisect(upperEnd), bisect(lowerEnd)]);
  if (at === null) return null;
  return { ratePerSecond: at, lower, upper, halfWidth: lower === null || upper === null ? null : Math.max(at - lower, upper - at) };
}
