import { describe, expect, test } from 'vitest';
import { plan, scenarioOf } from '../testing.ts';
import { BOUNCED, HANG } from '../workload/workload.ts';
import { summarise } from './point.ts';
import { finish, prepare } from './simulate.ts';

// Two pods of two workers; INSERT 20 ms, UPDATE 15 ms, SELECT 5 ms, a planned delivery 100 ms, deadline 1 s.
const scenario = scenarioOf({
  'pods.count': 2,
  'pods.workers': 2,
  'database.connections': 3,
  'database.connectionsPerPod': 2,
  'smtp.timeoutMs': 1000,
  'smtp.isps': ['one', 'other'].map((name) => ({ name, share: 0.5, latencyMs: { kind: 'constant', valueMs: 100 } })),
});
const requests = [
  { atMs: 10 }, // pod 0, 11.5 to 146.5: sent
  { atMs: 11, isp: 1, reply: BOUNCED }, // pod 1, 12.5 to 147.5: failed
  { atMs: 12, kind: 'status' as const }, // pod 0, 13.5 to 18.5, connection number three
  { atMs: 50, isp: 1, reply: HANG }, // pod 1, 51.5 to 1086.5: timed out
  { atMs: 60 }, // pod 0, 61.5 to 196.5: sent
  { atMs: 70 }, // pod 1: rejected at 71.5
  { atMs: 1990 }, // pod 0, from 1991.5: in flight at the end
];

function summary(batches: number) {
  const { batches: measurements, rows } = finish(
    prepare(scenario, { workload: plan(requests) })({
      seed: 1,
      replication: 0,
      ratePerSecond: 3.5,
      warmupMs: 0,
      measureMs: 2000,
      batches,
      seriesMs: null,
    }),
  );
  const sample = {
    ratePerSecond: 3.5,
    warmup: { ms: 0, rule: 'given' as const },
    measureMs: 2000,
    runs: [measurements],
    rows: [rows],
    recovery: null,
    precise: true,
  };
  return summarise(scenario, sample);
}
const point = summary(1);
const alone = (mean: number) => ({ mean: expect.closeTo(mean, 12), halfWidth: null });

describe('the figures of a point', () => {
  test('counts', () => {
    expect(point.arrivals).toBe(7);
    expect(point.outcomes).toEqual({
      sent: 2, failed: 1, timedOut: 1, statusAnswered: 1, rejected: 1, refused: 0, unrecorded: 0, aborted: 0, inFlight: 1,
    }); // biome-ignore format: a table
    expect(point.rows).toEqual({ pending: 0, sent: 2, failed: 2 });
  });

  test('503s ÷ arrivals, sends and status queries together', () => {
    expect(point.rejectionRate).toEqual({ mean: 1 / 7, lower: null, upper: null, halfWidth: null });
  });

  test('completions and emails accepted per second', () => {
    expect(point.throughputPerSecond).toEqual(alone(5 / 2));
    expect(point.goodputPerSecond).toEqual(alone(2 / 2));
  });

  test('busy workers, ÷ all workers, and of each pod', () => {
    const [first, second] = [135 + 5 + 135 + 8.5, 135 + 1035];
    expect(point.poolOccupancy).toEqual(alone((first + second) / 2000));
    expect(point.poolUtilisation).toEqual(alone((first + second) / 2000 / 4));
    expect(point.poolOccupancyByPod).toEqual([first / 2000, second / 2000]);
  });

  test('share of time with every worker busy, mean over the pods', () => {
    // Pod 0: 13.5–18.5 and 61.5–146.5; pod 1: 51.5–147.5.
    expect(point.poolFullShare).toEqual({ ...alone((5 + 85 + 96) / 2 / 2000), lower: null, upper: null });
  });

  test('busy connections ÷ those that can be busy, queries per second', () => {
    expect(point.databaseUtilisation).toEqual(alone((4 * 35 + 5 + 8.5) / 2000 / 3));
    expect(point.databaseQueriesPerSecond).toEqual(alone((4 * 2 + 1 + 1) / 2));
  });

  test('times', () => {
    expect(point.sojournMs!.mean).toEqual(alone((136.5 + 136.5 + 1036.5 + 136.5) / 4));
    expect(point.statusMs!.mean).toEqual(alone(6.5));
    expect(point.smtpMs!.mean).toEqual(alone((100 + 100 + 1000 + 100) / 4));
    expect(point.waitingMs!.mean).toEqual(alone(0));
    expect(point.databaseMs.insert!.mean).toEqual(alone(20));
    expect(point.isps.map(({ name, smtpMs }) => [name, smtpMs!.mean.mean])).toEqual([
      ['one', 100],
      ['other', 550],
    ]);
  });
});

test('completions are answers of the service: neither 503s nor what the balancer answers for it', () => {
  const crash = { kind: 'podCrash' as const, atMs: 100, forMs: 100, pod: 0 };
  const down = { kind: 'databaseDown' as const, atMs: 400, forMs: 100 };
  const faulty = { ...scenario, faults: [crash, down], balancer: { ...scenario.balancer, maxConnections: 1 } };
  const sends = [{ atMs: 0 }, { atMs: 50 }, { atMs: 300 }]; // aborted, refused, unrecorded
  const { batches: measurements } = finish(
    prepare(faulty, { workload: plan(sends) })({
      seed: 1,
      replication: 0,
      ratePerSecond: 1,
      warmupMs: 0,
      measureMs: 1000,
      batches: 1,
      seriesMs: null,
    }),
  );
  const sample = {
    ratePerSecond: 1,
    warmup: { ms: 0, rule: 'given' as const },
    measureMs: 1000,
    runs: [measurements],
    rows: [],
    recovery: null,
    precise: true,
  };
  const { outcomes, throughputPerSecond, goodputPerSecond } = summarise(faulty, sample);
  expect(outcomes).toMatchObject({ aborted: 1, refused: 1, unrecorded: 1 });
  expect([throughputPerSecond.mean, goodputPerSecond.mean]).toEqual([1, 1]);
});

test('requests in flight: L is the sum of all sojourn times ÷ length', () => {
  expect(point.inFlight).toEqual(alone((136.5 + 136.5 + 6.5 + 1036.5 + 136.5 + 1.5 + 10) / 2000));
});

test('batches give half-widths, and leave the figures of all together as they are', () => {
  const cut = summary(4);
  expect(cut.outcomes).toEqual(point.outcomes);
  expect(cut.poolOccupancy.mean).toBeCloseTo(point.poolOccupancy.mean, 12);
  expect(cut.rejectionRate.mean).toBe(1 / 7);
  expect(cut.throughputPerSecond.halfWidth).toBeGreaterThan(0);
  expect(cut.sojournMs!.p99.value).toBe(point.sojournMs!.p99.value);
});

test('where nothing was recorded there is no time', () => {
  const measurements = finish(
    prepare(scenario, { workload: plan([{ atMs: 0, kind: 'status' }]) })({
      seed: 1,
      replication: 0,
      ratePerSecond: 1,
      warmupMs: 1000,
      measureMs: 10,
      batches: 1,
      seriesMs: null,
    }),
  ).batches;
  const sample = {
    ratePerSecond: 1,
    warmup: { ms: 0, rule: 'given' as const },
    measureMs: 10,
    runs: [measurements],
    rows: [],
    recovery: null,
    precise: true,
  };
  expect(summarise(scenario, sample)).toMatchObject({
    arrivals: 0,
    sojournMs: null,
    statusMs: null,
    rejectionRate: { mean: 0, halfWidth: null },
  });
});
