import { describe, expect, test, vi } from 'vitest';
import { FIGURE_NAMES } from './figures.ts';
import { SITUATIONS } from './situations.ts';
import { answer, KNEE } from './tally.ts';

// The command in small. Seeds are fixed; the bound is so low that fewer than one choice of seeds in a million would fail if all is right.
const CHANCE = 1e-6;
vi.setConfig({ testTimeout: 600_000 }); // a bound on what hangs: each test takes some seconds of a processor

/** The least number of 95% intervals that hold the truth, of so many. */
function leastCovered(shown: number): number {
  let probability = 0.05 ** shown; // that none does
  let total = probability;
  for (let covered = 0; covered < shown; covered++) {
    if (total > CHANCE) return covered;
    probability *= (((shown - covered) / (covered + 1)) * 0.95) / 0.05;
    total += probability;
  }
  return shown;
}

test('of 40 intervals at least 29 hold the truth, of 10 at least 4', () => {
  expect([40, 10, 4].map(leastCovered)).toEqual([29, 4, 0]);
});

const situation = (name: string) => SITUATIONS.find((each) => each.name === name)!;
const few = (name: string, seeds: number) => ({
  situation: { ...situation(name), longer: 30 },
  truth: null,
  seeds: Array.from({ length: seeds }, (_, seed) => seed + 1),
});
const names = [...FIGURE_NAMES, KNEE];

describe('intervals hold what is true', () => {
  test.each([
    ['run, 1% of hangs', 40],
    ['run, M/M/50, ρ = 0.9', 40],
    ['10 × 5 s, M/M/10/10, few events', 40],
    ['10 × 5 s, near the knee', 40],
    ['sweep, M/M/10/10', 20],
  ])('%s', async (name, seeds) => {
    const { tallies } = await answer(few(name, seeds));
    const there = tallies.flatMap((tally, i) => (tally === null ? [] : [{ figure: names[i]!, ...tally }]));
    expect(there.length).toBeGreaterThan(0);
    for (const { figure, shown, covered } of there) {
      expect(covered, figure).toBeGreaterThanOrEqual(leastCovered(shown));
      if (figure !== '503 rate') expect(shown, figure).toBeGreaterThanOrEqual(0.9 * seeds);
    }
  });
});

test('there are none where ten runs of two minutes cannot know', async () => {
  const { tallies } = await answer(few('10 × 2 min, M/G/1, ρ = 0.95', 40));
  expect(tallies.filter((tally) => tally !== null).map(({ shown }) => shown)).toEqual(expect.arrayContaining([0]));
  expect(Math.max(...tallies.map((tally) => tally?.shown ?? 0))).toBe(0);
});

test("the p99 of a queue's sojourns has none until enough of its excursions are due", async () => {
  const { tallies } = await answer(few('run, M/G/1, ρ = 0.7', 20));
  expect(tallies[names.indexOf('p50')]!.shown).toBe(20);
  expect(tallies[names.indexOf('p99')]!.shown).toBe(0);
});
