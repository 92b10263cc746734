import { describe, expect, test, vi } from 'vitest';
import { mergeHistograms } from '../metrics/histogram.ts';
import { scenarioOf } from '../testing.ts';
import { studentQuantile } from '../theory/student.ts';
import { memoryOf } from './memory.ts';
import { spanMs } from './series.ts';
import { finish, prepare, type RunTask } from './simulate.ts';
import { single } from './single.ts';

vi.setConfig({ testTimeout: 60_000 });

const scenario = scenarioOf({ 'run.warmup': 5_000, 'run.measureMs': 20_000, 'run.seriesMs': 500 });
const at = { seed: 42, ratePerSecond: 1400 };

/** One run, told to stop after some steps of its series. */
async function look(each = scenario, steps = Infinity) {
  const tasks: RunTask[] = [];
  const run = prepare(each);
  let left = steps;
  const result = await single(
    each,
    at,
    (task) => {
      tasks.push(task);
      return run(task);
    },
    () => Promise.resolve(--left > 0),
  );
  return { ...result, tasks };
}

describe('one run looked at whole', () => {
  test('is replication 0 of its seed, with batch means', async () => {
    const { point, tasks, complete } = await look();
    expect(complete).toBe(true);
    expect(tasks).toEqual([
      { seed: 42, replication: 0, ratePerSecond: 1400, warmupMs: 5_000, measureMs: 20_000, batches: 60, seriesMs: 500 },
    ]);
    const { parts } = point!.intervals;
    expect(parts).toBeGreaterThanOrEqual(10);
    const { batches } = finish(prepare(scenario)({ ...tasks[0]!, batches: parts }));
    const busy = batches.map(({ flows }) => flows.busyWorkerMs.reduce((sum, ms) => sum + ms, 0) / flows.durationMs);
    const inCommon = memoryOf(scenario, 1400).ofNeighbours(20_000 / parts);
    const widening = Math.sqrt((1 + (2 * inCommon * (parts - 1)) / parts) / (1 - (2 * inCommon) / parts));
    const mean = busy.reduce((sum, value) => sum + value, 0) / parts;
    const deviation = Math.sqrt(busy.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (parts - 1));
    expect(point!.poolOccupancy.mean).toBeCloseTo(mean, 9);
    expect(point!.poolOccupancy.halfWidth).toBeCloseTo((widening * studentQuantile(0.975, parts - 1) * deviation) / Math.sqrt(parts), 9);
    const deliveries = mergeHistograms(batches.flatMap(({ times }) => times.sojourn)).size;
    expect(point!.sojournMs!.mean.mean * deliveries).toBeCloseTo(mergeHistograms(batches.flatMap(({ times }) => times.sojourn)).sum, 3);
  });

  test('its series covers warm-up and measurement', async () => {
    const { series } = await look();
    expect(series!.untilMs.at(-1)).toBe(25_000);
    expect(series!.untilMs).toContain(500);
    for (const values of Object.values(series!).filter((values) => values !== null)) expect(values).toHaveLength(series!.untilMs.length);
    expect(Math.max(...series!.poolOccupancy)).toBeLessThanOrEqual(250);
  });

  test('stopped, it tells what it has measured so far', async () => {
    const { point, series, complete } = await look(scenario, 20);
    expect(complete).toBe(false);
    expect(point!.measureMs).toBeGreaterThan(0);
    expect(point!.measureMs).toBeLessThan(20_000);
    expect(series!.untilMs.at(-1)).toBeLessThan(25_000);
    const { outcomes, arrivals } = point!;
    expect(Object.values(outcomes).reduce((sum, n) => sum + n, 0)).toBe(arrivals);
    expect(outcomes.inFlight).toBeGreaterThanOrEqual(0);
    expect(outcomes.inFlight).toBeLessThan(300);
  });

  test('stopped in its warm-up, it has measured nothing', async () => {
    expect(await look(scenario, 3)).toMatchObject({ point: null, complete: false });
  });

  test('a transient has no warm-up and no half-widths', async () => {
    const faults = [{ kind: 'databaseDown', atMs: 8_000, forMs: 1_000 }];
    const { point, tasks } = await look(scenarioOf({ faults, 'run.measureMs': 20_000, 'run.seriesMs': 500 }));
    expect(tasks).toHaveLength(1);
    expect(point).toMatchObject({ warmupMs: 0, warmupRule: 'transient', poolOccupancy: { halfWidth: null }, recoveryMs: { of: 1 } });
  });
});

test('a series has spans of whole seconds, at most 2,000 of them, or of the length that was asked for', () => {
  expect([1, 1_000, 2_000_000, 2_000_001, 36_000_000].map((ms) => spanMs('auto', ms))).toEqual([1_000, 1_000, 1_000, 2_000, 18_000]);
  expect(spanMs(50, 36_000_000)).toBe(50);
});
