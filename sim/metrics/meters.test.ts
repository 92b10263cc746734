import { describe, expect, test } from 'vitest';
import { finish, prepare, type RunTask } from '../experiments/simulate.ts';
import { OUTCOMES, REJECTED, TIMED_OUT } from '../stations/requests.ts';
import { type Planned, plan, scenarioOf } from '../testing.ts';
import { BOUNCED, HANG } from '../workload/workload.ts';
import { addFlows, rejectedShare } from './flows.ts';
import { type Histogram, histogramMean } from './histogram.ts';

// One pod of two workers with a place to wait; INSERT 20 ms, UPDATE 15 ms, SELECT 5 ms, a planned delivery 100 ms, deadline 1 s.
const scenario = scenarioOf({
  'pods.count': 1,
  'pods.workers': 2,
  'pods.queueCapacity': 1,
  'balancer.maxConnections': 4,
  'smtp.timeoutMs': 1000,
  'smtp.isps': ['one', 'other'].map((name) => ({ name, share: 0.5, latencyMs: { kind: 'constant', valueMs: 100 } })),
});
const task: RunTask = { seed: 1, replication: 0, ratePerSecond: 1, warmupMs: 0, measureMs: 2000, batches: 1, seriesMs: null };

function measure(requests: readonly Planned[], more: Partial<RunTask> = {}) {
  return finish(prepare(scenario, { workload: plan(requests) })({ ...task, ...more }));
}

const mixed: Planned[] = [
  { atMs: 1 }, // sent at 137.5
  { atMs: 10, isp: 1, reply: BOUNCED }, // failed at 146.5
  { atMs: 20, kind: 'status' }, // waits from 21.5 to 137.5, answered at 142.5
  { atMs: 30 }, // rejected at 31.5
  { atMs: 32, kind: 'status' }, // rejected at 33.5
  { atMs: 33 }, // refused: four connections are open
  { atMs: 200, isp: 1, reply: HANG }, // timed out at 1236.5
];

describe('flows', () => {
  const { batches, rows } = measure(mixed);
  const { flows } = batches[0]!;
  const outcomes = Object.fromEntries(OUTCOMES.map((name, i) => [name, flows.outcomes[i]]));

  test('count arrivals, outcomes, accepted emails and queries', () => {
    expect(flows.arrivals).toBe(7);
    expect(outcomes).toEqual({ sent: 1, failed: 1, timedOut: 1, statusAnswered: 1, rejected: 2, refused: 1, unrecorded: 0, aborted: 0 });
    expect(flows.departures).toEqual(flows.outcomes);
    expect([flows.accepted, flows.queries]).toEqual([1, 7]);
    expect(rows).toEqual({ pending: 0, sent: 1, failed: 2 });
  });

  test('integrate busy workers, full pools, busy connections and requests in flight', () => {
    expect(flows.durationMs).toBe(2000);
    expect(flows.busyWorkerMs).toEqual([135 + 135 + 5 + 1035]);
    expect(flows.poolFullMs).toEqual([142.5 - 11.5]); // the query has the first send's worker at once
    expect(flows.busyConnectionMs).toBe(3 * 35 + 5);
    expect(flows.inFlightMs).toBe(136.5 + 136.5 + 122.5 + 1.5 + 1.5 + 1036.5);
  });
});

describe('times', () => {
  const { times } = measure(mixed).batches[0]!;
  const summary = (histograms: readonly Histogram[]) => histograms.map((histogram) => [histogram.size, histogramMean(histogram)]);

  test('sojourn of sends that were neither rejected nor refused, by ISP; of status queries apart', () => {
    expect(summary(times.sojourn)).toEqual([
      [1, 136.5],
      [2, (136.5 + 1036.5) / 2],
    ]);
    expect(summary([times.status])).toEqual([[1, 122.5]]);
  });

  test('connect to final reply or deadline, by ISP', () => {
    expect(summary(times.smtp)).toEqual([
      [1, 100],
      [2, (100 + 1000) / 2],
    ]);
  });

  test('statements, in the order insert, update, select', () => {
    expect(summary(times.database)).toEqual([
      [3, 20],
      [3, 15],
      [1, 5],
    ]);
  });

  test('waiting for a worker and for connections', () => {
    const one = scenarioOf({ 'pods.count': 1, 'pods.workers': 2, 'pods.queueCapacity': 5, 'database.connectionsPerPod': 1 });
    // INSERTs 1.5–21.5 and, waited for since 1.5, 21.5–41.5; UPDATEs 121.5–136.5 and 141.5–156.5. The third waits for the first's worker.
    const sends = [{ atMs: 0 }, { atMs: 0 }, { atMs: 0 }];
    const { waiting, database } = finish(prepare(one, { workload: plan(sends) })(task)).batches[0]!.times;
    // The third: a worker at 136.5, INSERT 136.5–156.5 just before the second's UPDATE wants the connection (at 141.5), which waits 15.
    expect(summary(waiting.slice(0, 1))).toEqual([[3, (0 + (20 + 15) + 135) / 3]]);
    expect(database.map((histogram) => histogram.sum)).toEqual([20 + 40 + 20, 15 + 30 + 15, 0]);
  });

  test('a wait that a fault ends is a wait too', () => {
    const one = scenarioOf({ 'pods.count': 1, 'database.connectionsPerPod': 1, faults: [{ kind: 'databaseDown', atMs: 15, forMs: 10 }] });
    const { waiting } = finish(prepare(one, { workload: plan([{ atMs: 0 }, { atMs: 0 }]) })(task)).batches[0]!.times;
    expect(waiting[0]!.sum).toBe(15 - 1.5);
  });
});

describe('a warm-up', () => {
  test('is left out: what arrived in it counts for levels and departures only', () => {
    const { flows, times } = measure(mixed, { warmupMs: 25 }).batches[0]!;
    expect(flows.arrivals).toBe(4);
    expect(flows.outcomes.reduce((sum, n) => sum + n, 0)).toBe(4);
    expect(flows.departures.reduce((sum, n) => sum + n, 0)).toBe(7);
    expect(flows.inFlightMs).toBe(112.5 + 121.5 + 117.5 + 1.5 + 1.5 + 1036.5);
    expect(flows.durationMs).toBe(2000);
    expect(times.sojourn.map(({ size }) => size)).toEqual([1, 2]);
  });

  test('a request that arrives at its very end belongs to it, with its outcome', () => {
    const { flows } = measure([{ atMs: 10 }, { atMs: 500 }, { atMs: 600 }], { warmupMs: 500 }).batches[0]!;
    expect([flows.arrivals, flows.outcomes[0]]).toEqual([1, 1]);
  });

  test('without one, a request that arrives at time 0 counts', () => {
    const { flows } = measure([{ atMs: 0 }]).batches[0]!;
    expect([flows.arrivals, flows.outcomes[0]]).toEqual([1, 1]);
  });
});

describe('readings', () => {
  const whole = measure(mixed).batches[0]!;

  test('batches of equal length add up to the whole', () => {
    const { batches } = measure(mixed, { batches: 8 });
    expect(batches.map(({ flows }) => flows.durationMs)).toEqual(Array.from({ length: 8 }, () => 250));
    expect(addFlows(batches.map(({ flows }) => flows))).toEqual(addFlows([whole.flows]));
    expect(batches.map(({ times }) => times.sojourn[1]!.size)).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
  });

  test('a series covers the warm-up as well, in its own steps and no others', () => {
    const { series, batches } = measure(mixed, { warmupMs: 25, seriesMs: 10, batches: 3 });
    expect(series!.map(({ untilMs }) => untilMs)).toEqual([...Array.from({ length: 202 }, (_, i) => 10 * (i + 1)), 2025]);
    expect(addFlows(series!)).toEqual(addFlows([measure(mixed, { measureMs: 2025 }).batches[0]!.flows]));
    expect(addFlows(batches.map(({ flows }) => flows))).toEqual(addFlows([measure(mixed, { warmupMs: 25 }).batches[0]!.flows]));
  });

  test('a request and how it ended are counted in the span in which it arrived', () => {
    const { series } = measure(mixed, { seriesMs: 33 });
    const rejected = series!.map(({ outcomes }) => outcomes[REJECTED]);
    expect(rejected.slice(0, 3)).toEqual([2, 0, 0]); // the second 503 comes at 33.5
    expect(series![0]!.arrivals).toBe(6);
    expect(series![6]!.outcomes[TIMED_OUT]).toBe(1); // at 200, though it comes at 1236.5
    expect(series!.map(rejectedShare).slice(0, 3)).toEqual([2 / 6, null, null]);
  });

  test('one that arrives as a span ends is in it', () => {
    const { series } = measure([{ atMs: 0 }, { atMs: 500 }, { atMs: 1000 }], { seriesMs: 500 });
    expect(series!.map(({ arrivals }) => arrivals)).toEqual([2, 1, 0, 0]);
  });

  test('how often meters are read changes nothing of what happens', () => {
    const { events, rows } = measure(mixed);
    for (const more of [{ seriesMs: 0.25 }, { batches: 100 }, { seriesMs: 7, batches: 13 }])
      expect(measure(mixed, more)).toMatchObject({ events, rows });
  });

  test('told to stop, a run returns what is there', () => {
    const run = prepare(scenario, { workload: plan(mixed) })({ ...task, batches: 4 });
    expect(run.next().value).toBe(500);
    const { value, done } = run.next('stop');
    expect(done).toBe(true);
    expect(value).toMatchObject({ batches: [{ flows: { durationMs: 500 } }] });
  });
});
