import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Scenario } from '../../fixtures/schema.ts';
import { addFlows, rejectedShare } from '../metrics/flows.ts';
import { REJECTED } from '../stations/requests.ts';
import { scenarioOf } from '../testing.ts';
import { summarise } from './point.ts';
import { seriesEdges, toSeries } from './series.ts';
import { finish, prepare, type RunTask } from './simulate.ts';

vi.setConfig({ testTimeout: 60_000 });

// Lengths in tenths, sevenths and thirds of ms, that no double holds.
const lengthMs = (most: number) => fc.tuple(fc.integer({ min: 1, max: most }), fc.constantFrom(1, 3, 7, 10)).map(([n, d]) => n / d);

const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    'pods.count': fc.integer({ min: 1, max: 3 }),
    'pods.workers': fc.integer({ min: 1, max: 3 }),
    'pods.queueCapacity': fc.nat(2),
    'pods.eventLoop': fc.constantFrom(null, 'event-loops/default.json'),
    'balancer.latencyMs': fc.constantFrom(0, 1.5, 40),
    'balancer.maxConnections': fc.constantFrom(3, 100),
    'database.connectionsPerPod': fc.integer({ min: 1, max: 2 }),
    'smtp.timeoutMs': fc.constantFrom(50, 200),
    faults: fc.subarray([
      { kind: 'smtpOutage', atMs: 100, forMs: 200 },
      { kind: 'databaseDown', atMs: 150, forMs: 100 },
      { kind: 'podCrash', atMs: 250, forMs: 100, pod: 0 },
    ]),
  })
  .map((settings) => scenarioOf(settings));

const task = fc.record({
  seed: fc.nat(),
  replication: fc.constant(0),
  ratePerSecond: fc.constantFrom(3, 30, 300),
  warmupMs: fc.oneof(fc.constant(0), lengthMs(300)),
  measureMs: lengthMs(2000),
  batches: fc.integer({ min: 1, max: 7 }),
  seriesMs: lengthMs(400),
}) satisfies fc.Arbitrary<RunTask>;

test('of random runs: spans partition the run, every share is one, and sums are those of the run', () => {
  fc.assert(
    fc.property(scenario, task, (scenario, task) => {
      const seen: { readonly atMs: number; outcome?: number }[] = []; // by number: when each request arrived, and how it ended
      const begin = prepare(scenario, {
        observers: [
          ({ clock }, { number, outcome }) => [
            {
              arrived: () => seen.push({ atMs: clock[0] }),
              departed: (request) => {
                seen[number[request]!]!.outcome = outcome[request]!;
              },
            },
          ],
        ],
      });
      const { series: spans, batches } = finish(begin(task));
      const { warmupMs, measureMs, seriesMs } = task;
      const endMs = warmupMs + measureMs;
      const series = toSeries(scenario, spans!);

      expect(series.untilMs).toEqual(spans!.map((_, i) => (i === spans!.length - 1 ? endMs : (i + 1) * seriesMs)));
      expect(spans!.map(({ durationMs }) => durationMs)).toEqual(series.untilMs.map((until, i) => until - (series.untilMs[i - 1] ?? 0)));
      for (const { durationMs } of spans!) expect(durationMs).toBeGreaterThan(1e-9 * seriesMs);

      const within = (fromMs: number, untilMs: number) =>
        seen.filter(({ atMs }) => (atMs > fromMs || (fromMs === 0 && atMs === 0)) && atMs <= untilMs);
      for (const [i, span] of spans!.entries()) {
        const arrived = within(i === 0 ? 0 : series.untilMs[i - 1]!, series.untilMs[i]!);
        const rejected = arrived.filter(({ outcome }) => outcome === REJECTED).length;
        expect(span.arrivals).toBe(arrived.length);
        expect(series.rejectionRate[i]).toBe(arrived.length === 0 ? null : rejected / arrived.length);
      }
      const shares = [
        ...series.rejectionRate,
        ...series.databaseUtilisation,
        ...(series.eventLoopUtilisation ?? []),
        ...batches.map(({ flows }) => rejectedShare(flows)),
      ];
      for (const share of shares) expect(share === null || (share >= 0 && share <= 1)).toBe(true);

      const measured = within(warmupMs, endMs);
      const total = addFlows(batches.map(({ flows }) => flows));
      expect(total.arrivals).toBe(measured.length);
      expect(total.outcomes[REJECTED]).toBe(measured.filter(({ outcome }) => outcome === REJECTED).length);
      const whole = addFlows(
        finish(begin({ ...task, warmupMs: 0, measureMs: endMs, batches: 1, seriesMs: null })).batches.map(({ flows }) => flows),
      );
      const sums = addFlows(spans!);
      expect({
        ...sums,
        durationMs: 0,
        busyWorkerMs: 0,
        poolFullMs: 0,
        deliveringMs: 0,
        busyConnectionMs: 0,
        activeLoopMs: 0,
        inFlightMs: 0,
      }).toEqual({
        ...whole,
        ...{ durationMs: 0, busyWorkerMs: 0, poolFullMs: 0, deliveringMs: 0, busyConnectionMs: 0, activeLoopMs: 0, inFlightMs: 0 },
      });
      expect(sums.inFlightMs).toBeCloseTo(whole.inFlightMs, 6);
      expect(sums.busyWorkerMs.map((ms, i) => ms - whole.busyWorkerMs[i]!)).toEqual(sums.busyWorkerMs.map(() => expect.closeTo(0, 6)));

      const point = summarise(scenario, {
        ...{ ratePerSecond: task.ratePerSecond, warmup: { ms: warmupMs, rule: 'given' }, measureMs },
        ...{ runs: [batches], rows: [], recovery: null, precise: true },
      });
      const { poolUtilisation, poolFullShare, databaseUtilisation, eventLoopUtilisation } = point;
      for (const share of [point.rejectionRate, poolUtilisation, poolFullShare, databaseUtilisation, eventLoopUtilisation]) {
        expect(share === null || (share.mean >= 0 && share.mean <= 1)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

test.each([
  { seriesMs: 0.1, endMs: 0.3, spans: 3 }, // 3 × 0.1 is above 0.3
  { seriesMs: 0.7, endMs: 2.1, spans: 3 }, // and 3 × 0.7 below 2.1
  { seriesMs: 0.1, endMs: 100_000, spans: 1_000_000 },
  { seriesMs: 1_000, endMs: 3_500, spans: 4 },
  { seriesMs: 1_000, endMs: 1_000 + 7e-12, spans: 1 },
  { seriesMs: 1_000, endMs: 999, spans: 1 },
  { seriesMs: 500, endMs: 500, spans: 1 },
])('a run of $endMs ms in spans of $seriesMs ms has $spans', ({ seriesMs, endMs, spans }) => {
  const edges = seriesEdges(seriesMs, endMs);
  expect(edges).toHaveLength(spans + 1);
  expect([edges[0], edges.at(-1)]).toEqual([0, endMs]);
  for (let i = 1; i < edges.length; i++) expect(edges[i]! > edges[i - 1]!).toBe(true);
});

test('where everything is turned away, the share of 503s is 1 and no more, whenever they are answered', () => {
  const full = scenarioOf({
    'pods.count': 1,
    'pods.workers': 1,
    'balancer.latencyMs': 900,
    'smtp.timeoutMs': 30_000,
    'arrivals.process': 'evenlySpaced',
  });
  const hanging = { ...full, smtp: { ...full.smtp, isps: full.smtp.isps.map((isp) => ({ ...isp, hangShare: 1 })) } };
  const { series } = finish(
    prepare(hanging)({ seed: 1, replication: 0, ratePerSecond: 100, warmupMs: 5_000, measureMs: 10_000, batches: 1, seriesMs: 1_000 }),
  );
  const { rejectionRate } = toSeries(hanging, series!);
  expect(rejectionRate.slice(1, -1)).toEqual(rejectionRate.slice(1, -1).map(() => 1)); // the edge of the warm-up among them
  expect(rejectionRate.at(-1)).toBeLessThan(0.2); // the answers to the last ones are under way
});
