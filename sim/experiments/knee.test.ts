import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCrossing, type Reading } from './knee.ts';

const rates = [100, 300, 500, 700, 900];

/** Searches a synthetic figure, known at some rates; it also tells at which rates it was measured. */
async function search(limit: number, figure: (rate: number) => number, halfWidth: (rate: number) => number = () => 0, known = rates) {
  const asked: number[] = [];
  const reading = (ratePerSecond: number): Reading => ({
    ratePerSecond,
    value: figure(ratePerSecond),
    lower: figure(ratePerSecond) - halfWidth(ratePerSecond),
    upper: figure(ratePerSecond) + halfWidth(ratePerSecond),
  });
  const crossing = await findCrossing(limit, known.map(reading), (rate) => {
    asked.push(rate);
    return Promise.resolve(reading(rate));
  });
  return { crossing, asked };
}

describe('the rate at which a figure crosses the limit', () => {
  test('is found within 0.1%, wherever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 101, max: 899, noNaN: true }), fc.constantFrom(1, 2, 5), async (at, power) => {
        const { crossing } = await search(1, (rate) => (rate / at) ** power);
        expect(Math.abs(crossing!.ratePerSecond / at - 1)).toBeLessThanOrEqual(0.001);
        expect(crossing!.halfWidth).toBe(0);
      }),
    );
  });

  test('of a step too', async () => {
    const { crossing } = await search(0.001, (rate) => (rate > 640 ? 1 : 0));
    expect(Math.abs(crossing!.ratePerSecond / 640 - 1)).toBeLessThanOrEqual(0.001);
  });

  test('of one that stands at the limit for a while: the limit may be reached, not passed', async () => {
    const { crossing } = await search(1, (rate) => (rate > 640 ? 2 : rate > 250 ? 1 : 0));
    expect(Math.abs(crossing!.ratePerSecond / 640 - 1)).toBeLessThanOrEqual(0.001);
  });

  test('is the first of several', async () => {
    const { crossing } = await search(1, (rate) => (rate > 250 && rate < 420 ? 2 : rate > 800 ? 2 : 0));
    expect(Math.abs(crossing!.ratePerSecond / 250 - 1)).toBeLessThanOrEqual(0.001);
  });

  test('does not depend on the order of what is known', async () => {
    const figure = (rate: number) => rate / 640;
    expect(await search(1, figure, undefined, rates.toReversed())).toEqual(await search(1, figure));
  });

  test('is null where it is not seen to cross: never above, always above, at the limit but not above it, nothing known', async () => {
    expect((await search(10, (rate) => rate / 640)).crossing).toBeNull();
    expect((await search(0.1, (rate) => rate / 640)).crossing).toBeNull();
    expect((await search(1, () => 1)).crossing).toBeNull();
    expect((await search(1, (rate) => rate, undefined, [])).crossing).toBeNull();
  });

  test('is measured where it must be, and nowhere twice', async () => {
    const { asked } = await search(
      1,
      (rate) => rate / 640,
      (rate) => rate / 6400,
    );
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.every((rate) => rate > 300 && rate < 900 && !rates.includes(rate))).toBe(true);
    expect((await search(10, (rate) => rate / 640)).asked).toEqual([]);
  });
});

describe('its interval', () => {
  test('is between the rates at which the ends of the figure’s interval cross', async () => {
    // value ± 0.1: the ends cross 1 where the figure is 0.9 and 1.1, at 540 and 660.
    const { crossing } = await search(
      1,
      (rate) => rate / 600,
      () => 0.1,
    );
    expect(Math.abs(crossing!.ratePerSecond / 600 - 1)).toBeLessThanOrEqual(0.001);
    expect(Math.abs(crossing!.lower! / 540 - 1)).toBeLessThanOrEqual(0.001);
    expect(Math.abs(crossing!.upper! / 660 - 1)).toBeLessThanOrEqual(0.001);
    expect(crossing!.halfWidth).toBe(Math.max(crossing!.ratePerSecond - crossing!.lower!, crossing!.upper! - crossing!.ratePerSecond));
  });

  test('has no end where that of the figure is not seen to cross', async () => {
    // value ± 0.5: the lower end crosses at 900, the upper one at 300; of ± 0.9, neither within the known rates.
    expect(
      (
        await search(
          1,
          (rate) => rate / 600,
          () => 0.45,
        )
      ).crossing,
    ).toMatchObject({ halfWidth: expect.any(Number) });
    expect(
      (
        await search(
          1,
          (rate) => rate / 600,
          () => 0.6,
        )
      ).crossing,
    ).toMatchObject({ upper: null, halfWidth: null });
    expect(
      (
        await search(
          1,
          (rate) => rate / 600,
          () => 0.9,
        )
      ).crossing,
    ).toMatchObject({ lower: null, upper: null, halfWidth: null });
  });

  test('is none where readings have none', async () => {
    const known = rates.map((ratePerSecond): Reading => ({ ratePerSecond, value: ratePerSecond / 600, lower: null, upper: null }));
    const crossing = await findCrossing(1, known, async (ratePerSecond) => ({ ...known[0]!, ratePerSecond, value: ratePerSecond / 600 }));
    expect(crossing).toMatchObject({ ratePerSecond: expect.closeTo(600, -1), lower: null, upper: null, halfWidth: null });
  });
});

test('a search that is stopped finds nothing', async () => {
  const known = [
    { ratePerSecond: 100, value: 0, lower: 0, upper: 0 },
    { ratePerSecond: 900, value: 2, lower: 2, upper: 2 },
  ];
  let left = 3;
  const crossing = await findCrossing(1, known, (ratePerSecond) =>
    Promise.resolve(
      left-- > 0 ? { ratePerSecond, value: ratePerSecond / 600, lower: ratePerSecond / 600, upper: ratePerSecond / 600 } : null,
    ),
  );
  expect(crossing).toBeNull();
});
