import { describe, expect, test } from 'vitest';
import { follow, scenarioOf } from '../testing.ts';

const scenario = (faults: object[], more = {}) => scenarioOf({ 'pods.count': 2, ...more, faults });
const crash = { kind: 'podCrash', atMs: 1000, forMs: 500, pod: 0 };
const status = (atMs: number) => ({ atMs, kind: 'status' as const });

test('all that is in the pod is aborted, wherever it is; rows that were inserted stay pending', () => {
  const sends = [
    { atMs: 990 }, // in its INSERT
    { atMs: 990 }, // the other pod
    { atMs: 950 }, // in its delivery
    { atMs: 950 },
    { atMs: 870 }, // in its UPDATE
    { atMs: 870 },
  ].sort((a, b) => a.atMs - b.atMs);
  const { answers, rows, life, trace } = follow(scenario([crash]), sends);
  expect(answers).toEqual(['aborted 1000', 'sent 1006.5', 'aborted 1000', 'sent 1086.5', 'aborted 1000', 'sent 1126.5']);
  expect(rows).toEqual({ pending: 2, sent: 3, failed: 0 });
  const lost = trace.filter(({ outcome }) => outcome === 'aborted').map(({ request }) => request);
  expect(lost).toEqual([0, 2, 4]); // in order of arrival
  expect(life(0).slice(-3)).toEqual(['queryEnded 1000', 'released 1000', 'departed 1000']);
  expect(life(2).slice(-3)).toEqual(['deliveryBegun 971.5', 'released 1000', 'departed 1000']);
});

test('those who wait in it, for a worker or a connection, are aborted too', () => {
  const tight = { 'pods.count': 1, 'pods.workers': 2, 'pods.queueCapacity': 5, 'database.connectionsPerPod': 1 };
  const { answers, trace, rows } = follow(scenario([crash], tight), [status(995), { atMs: 995.5 }, { atMs: 995.75 }, status(996)]);
  expect(answers).toEqual(['aborted 1000', 'aborted 1000', 'aborted 1000', 'aborted 1000']);
  expect(trace.filter(({ moment }) => moment === 'departed').map(({ request }) => request)).toEqual([0, 1, 2, 3]);
  expect(rows).toEqual({ pending: 0, sent: 0, failed: 0 });
});

test('the balancer skips it while it is down, also for requests that were on their way', () => {
  const { trace } = follow(scenario([crash]), [
    status(998),
    status(998.5),
    status(999),
    status(1200),
    status(1498),
    status(1498.5),
    status(1499),
  ]);
  const pods = trace.filter(({ moment }) => moment === 'admitted').map(({ atMs, pod }) => `${atMs} pod ${pod}`);
  // The second, third and fourth find it down; it is back at 1500.
  expect(pods).toEqual(['999.5 pod 0', '1000 pod 1', '1000.5 pod 1', '1201.5 pod 1', '1499.5 pod 1', '1500 pod 0', '1500.5 pod 1']);
});

test('where no pod is up, a request is aborted after the latency of the balancer', () => {
  const { answers, life } = follow(scenario([crash, { ...crash, pod: 1, atMs: 1100 }]), [status(1050), status(1200), status(1500)]);
  expect(answers).toEqual(['statusAnswered 1056.5', 'aborted 1201.5', 'statusAnswered 1506.5']);
  expect(life(1)).toEqual(['arrived 1200', 'departed 1201.5']);
});

test('it is back after the given time, empty: all workers and connections are free', () => {
  const tight = { 'pods.count': 1, 'pods.workers': 3, 'database.connectionsPerPod': 3 };
  const full = [990, 990, 990].map((atMs) => ({ atMs }));
  const { answers } = follow(scenario([crash], tight), [...full, ...[1500, 1500, 1500, 1500].map((atMs) => ({ atMs }))]);
  expect(answers).toEqual([...full.map(() => 'aborted 1000'), 'sent 1636.5', 'sent 1636.5', 'sent 1636.5', 'rejected 1501.5']);
});

describe('the connections of the database that it held', () => {
  test('go to the other pods', () => {
    const shared = { 'database.connections': 2, 'database.connectionsPerPod': 2 };
    // The first two both go to pod 0, since pod 1 is down until 993: they have the connections, the others wait, one of them in pod 0.
    const sends = [990, 991, 992, 993, 993.5].map((atMs) => ({ atMs }));
    const { answers } = follow(scenario([{ ...crash, pod: 1, atMs: 980, forMs: 13 }, crash], shared), sends);
    expect(answers).toEqual(['aborted 1000', 'aborted 1000', 'sent 1135', 'aborted 1000', 'sent 1135']);
  });

  test('are not taken twice: later statements run as many at a time as before', () => {
    const shared = { 'database.connections': 2, 'database.connectionsPerPod': 2 };
    const { answers } = follow(scenario([crash], shared), [
      { atMs: 990 },
      status(1100),
      status(1100),
      status(1100),
      status(1600),
      status(1600),
      status(1600),
    ]);
    expect(answers.slice(1)).toEqual([1106.5, 1106.5, 1111.5, 1606.5, 1606.5, 1611.5].map((ms) => `statusAnswered ${ms}`));
  });
});

test('a statement that a stall had frozen is gone with its pod', () => {
  const stall = { kind: 'databaseStall', atMs: 900, forMs: 300 };
  const { answers, rows } = follow(scenario([stall, crash]), [{ atMs: 890 }, { atMs: 890 }]);
  expect(answers).toEqual(['aborted 1000', 'sent 1326.5']);
  expect(rows).toEqual({ pending: 0, sent: 1, failed: 0 });
});

test('a request that the database has just refused answers 500 or 502, once', () => {
  const down = { kind: 'databaseDown', atMs: 900, forMs: 300 };
  const { answers } = follow(scenario([down, crash], { 'pods.count': 1 }), [status(990), status(998.5), status(1600)]);
  expect(answers).toEqual(['failed 991.5', 'aborted 1000', 'statusAnswered 1606.5']);
});
