import { expect, test } from 'vitest';
import { loadScenario } from '../../fixtures/scenario.ts';
import type { PodCounters } from '../harness/pod-counters.ts';
import { blankRecord, type LoadRecord, percentiles } from '../load/record.ts';
import { measuredPoint } from './measured-point.ts';

const scenario = loadScenario({ set: ['pods.count=1'] });
const zero: PodCounters = {
  ...{ workersBusy: 0, connectionsBusy: 0, workerBusySeconds: 0, poolFullSeconds: 0, databaseBusySeconds: 0 },
  ...{ loopActiveSeconds: 0, loopIdleSeconds: 0, cpuSeconds: 0, rejected: 0 },
};

/** Records in model time of a play without stretch. */
function pointOf(
  requests: readonly (readonly [atMs: number, doneMs: number, outcome: LoadRecord['outcome']])[],
  warmupMs: number,
  batches = 2,
) {
  const records = requests.map(([atMs, doneMs, outcome], number) => {
    const blank = blankRecord({ number, kind: 'status', atMs, asksFor: null }, 1);
    return { ...blank, doneMs: outcome === 'inFlight' ? null : doneMs, outcome };
  });
  const interval = { ratePerSecond: 1, stretch: 1, warmupMs, measureMs: 1000 };
  return measuredPoint(scenario, interval, {
    summary: {
      ...{ planned: records.length, outcomes: {} as never, latenessMs: percentiles([]), askedAsPlanned: 0, askedInstead: 0 },
      ...{ startedAtMs: 0, tookMs: 0, cpuMs: 0 },
    },
    records,
    readings: Array.from({ length: batches + 1 }, (_, i) => ({ atMs: warmupMs + (1000 * i) / batches, pods: [zero] })),
    rows: { pending: 0, sent: 0, failed: 0 },
    idleShare: 1,
  });
}

test('a 503 is counted where its request arrived: no share is above 1, and none is lost', () => {
  const { rejectionRate, arrivals, outcomes } = pointOf(
    [
      [490, 495, 'rejected'],
      [499, 510, 'rejected'], // answered in the next batch
      [600, 610, 'statusAnswered'],
    ],
    0,
  );
  expect([arrivals, outcomes.rejected]).toEqual([3, 2]);
  expect(rejectionRate.mean).toBeCloseTo(2 / 3, 12);
});

test('the measurement interval has its end and not its beginning, unless it begins with the run', () => {
  const at = (atMs: number) => [atMs, atMs + 1, 'statusAnswered'] as const;
  expect(pointOf([at(0), at(1000), at(1001)], 0).arrivals).toBe(2);
  expect(pointOf([at(0), at(100), at(101), at(1100), at(1101)], 100).arrivals).toBe(2);
});

test('what is answered after the end is in flight', () => {
  const { outcomes } = pointOf([[990, 1010, 'rejected']], 0);
  expect(outcomes).toMatchObject({ rejected: 0, inFlight: 1 });
});
