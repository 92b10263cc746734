import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../fixtures/schema.ts';
import { scenarioOf } from '../testing.ts';
import { independentParts } from './independence.ts';
import { finish, prepare } from './simulate.ts';

interface How {
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly pieces?: number;
  readonly replications?: number;
}

function parts(scenario: Scenario, ratePerSecond: number, { warmupMs, measureMs, pieces = 60, replications = 1 }: How) {
  const run = prepare(scenario);
  const runs = Array.from(
    { length: replications },
    (_, replication) => finish(run({ seed: 2, replication, ratePerSecond, warmupMs, measureMs, batches: pieces, seriesMs: null })).batches,
  );
  return independentParts(scenario, { ratePerSecond, warmup: { ms: warmupMs, rule: 'given' }, runs });
}

const naive = scenarioOf({});
const hangs = scenarioOf({}, 'naive-hangs');
const queue = scenarioOf({}, 'pure-queue-mg1');
const slow = scenarioOf({ 'database.connections': 1, 'balancer.maxConnections': 1e6, 'pods.workers': 20_000, 'pods.count': 1 });

describe('a single run', () => {
  test('is cut into 20 batches where nobody holds a worker for long', () => {
    const { measurements, widening, note } = parts(naive, 900, { warmupMs: 10_000, measureMs: 60_000 });
    expect(measurements).toHaveLength(20);
    expect(measurements.reduce((sum, { flows }) => sum + flows.durationMs, 0)).toBeCloseTo(60_000, 6);
    expect(widening).toBeCloseTo(Math.sqrt(1.16), 1); // neighbours of 3 s have 7% in common
    expect(note).toBeNull();
  });

  test('has few and long batches where requests hang, and wider intervals for what those have in common', () => {
    const { measurements, widening, note } = parts(hangs, 300, { warmupMs: 31_000, measureMs: 120_000 });
    expect(measurements).toHaveLength(4);
    expect(widening).toBeCloseTo(Math.sqrt((1 + 1.5 * 0.246) / (1 - 0.5 * 0.246)), 2);
    expect(note).toBe('requests can hold workers for 30 s');
  });

  test.each<[string, Scenario, number, How, string]>([
    [
      'is shorter than its longest requests',
      hangs,
      300,
      { warmupMs: 31_000, measureMs: 30_000 },
      'too short, as requests can hold workers for 30 s',
    ],
    [
      'is shorter than its queue remembers',
      queue,
      4.75,
      { warmupMs: 31_000, measureMs: 120_000 },
      'too short, as the queue remembers 200 s',
    ],
    ['has a queue that grows', queue, 6, { warmupMs: 31_000, measureMs: 600_000 }, 'more comes than is served, and the queue grows'],
    [
      'began empty just before',
      hangs,
      300,
      { warmupMs: 0, measureMs: 600_000 },
      'the warm-up is too short, as the service was empty before it',
    ],
    ['was measured in one piece', naive, 300, { warmupMs: 1000, measureMs: 5000, pieces: 1 }, 'one replication, measured in one piece'],
    ['saw nothing arrive', naive, 0.0001, { warmupMs: 1000, measureMs: 5000 }, 'nothing arrived'],
  ])('has no batches where it %s', (_, scenario, ratePerSecond, how, note) => {
    expect(parts(scenario, ratePerSecond, how)).toMatchObject({ measurements: { length: 1 }, note });
  });

  test('has none where requests in flight are alike all along, whatever the reason', () => {
    expect(parts(slow, 100, { warmupMs: 1000, measureMs: 60_000 }).note).toBe('requests in flight are correlated throughout');
  });

  test('has none where the scenario changes as it runs', () => {
    const steps = { 'arrivals.rateSteps': [{ atMs: 1000, factor: 2 }] };
    expect(parts(scenarioOf(steps), 100, { warmupMs: 0, measureMs: 60_000 })).toMatchObject({ note: 'the scenario changes as it runs' });
  });
});

describe('replications', () => {
  test('are independent as they are', () => {
    const { measurements, widening, note } = parts(naive, 900, { warmupMs: 5000, measureMs: 2000, pieces: 1, replications: 5 });
    expect([measurements.length, widening, note]).toEqual([5, 1, null]);
  });

  test('give no intervals where nothing arrived in any of them', () => {
    const how = { warmupMs: 1000, measureMs: 5000, pieces: 1, replications: 3 };
    for (const scenario of [naive, scenarioOf({}, 'smtp-outage')])
      expect(parts(scenario, 0.0001, how)).toMatchObject({ measurements: { length: 1 }, note: 'nothing arrived' });
  });

  test('of a queue give wider intervals the less of its memory they see', () => {
    const how = { warmupMs: 60_000, measureMs: 200_000, pieces: 1, replications: 4 };
    expect(parts(queue, 3.5, how).widening).toBeCloseTo(1 + (30 * 3.995) / 800, 2);
    expect(parts(queue, 3.5, how).queueTimes).toBeCloseTo(800 / 3.995, 0);
  });

  test('give no intervals where all of them began empty just before, or their requests in flight grow', () => {
    const how = { pieces: 1, replications: 6 };
    expect(parts(slow, 100, { warmupMs: 1000, measureMs: 60_000, ...how }).note).toBe('requests in flight grew or fell all the time');
    expect(parts(hangs, 300, { warmupMs: 2000, measureMs: 300_000, ...how }).note).toBe(
      'the warm-up is too short, as the service was empty before it',
    );
    expect(parts(queue, 4.75, { warmupMs: 31_000, measureMs: 120_000, ...how }).note).toBe('too short, as the queue remembers 200 s');
  });
});
