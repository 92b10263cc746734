import { describe, expect, test } from 'vitest';
import { assertInside, binomialInterval, chiSquareInterval, follow, type Planned, scenarioOf } from '../testing.ts';

/** The pod of each request, in order of arrival. */
function podsOf(settings: Record<string, unknown>, requests: readonly Planned[], untilMs?: number): (number | undefined)[] {
  const pods: (number | undefined)[] = requests.map(() => undefined);
  for (const { moment, request, pod } of follow(scenarioOf(settings), requests, untilMs).trace)
    if (moment === 'departed') pods[request] = pod;
  return pods;
}
const every = (ms: number, n: number): Planned[] => Array.from({ length: n }, (_, i) => ({ atMs: i * ms }));
const crash = (pod: number, atMs: number, forMs: number) => ({ kind: 'podCrash', atMs, forMs, pod });

describe('round robin', () => {
  test('deals to the pods in turn, also to those that are full', () => {
    expect(podsOf({ 'pods.count': 3, 'pods.workers': 1 }, every(1, 8))).toEqual([0, 1, 2, 0, 1, 2, 0, 1]);
  });

  test('skips pods that are down, and takes them back in their places', () => {
    const faults = [crash(1, 1000, 500), crash(2, 1200, 100)];
    const instants = [0, 10, 20, 30, 1000, 1010, 1020, 1200, 1210, 1250, 1300, 1310, 1320, 1500, 1510];
    const pods = podsOf(
      { 'pods.count': 3, faults },
      instants.map((ms) => ({ atMs: ms - 1.5 + 2 })),
    );
    //  the fault strikes 0.5 ms before a request is forwarded at these instants
    expect(pods).toEqual([0, 1, 2, 0, 2, 0, 2, 0, 0, 0, 2, 0, 2, 0, 1]);
  });
});

describe('random', () => {
  const n = 40_000;
  const requests = every(5, n).map((request) => ({ ...request, kind: 'status' as const }));

  test('each pod is as likely, whatever the one before', () => {
    const pods = podsOf({ 'pods.count': 4, 'balancer.policy': 'random' }, requests);
    for (let p = 0; p < 4; p++) assertInside(pods.filter((pod) => pod === p).length / n, binomialInterval(1 / 4, n));
    const pairs = new Float64Array(16);
    for (let i = 0; i < n; i += 2) pairs[4 * pods[i]! + pods[i + 1]!]!++;
    assertInside(
      pairs.reduce((sum, found) => sum + (found - n / 32) ** 2 / (n / 32), 0),
      chiSquareInterval(15),
    );
  });

  test('among the pods that are up', () => {
    const faults = [crash(1, 0, 1e6), crash(3, 0, 1e6)];
    const pods = podsOf({ 'pods.count': 4, 'balancer.policy': 'random', faults }, requests);
    assertInside(pods.filter((pod) => pod === 0).length / n, binomialInterval(1 / 2, n));
    expect(pods.filter((pod) => pod === 1 || pod === 3)).toEqual([]);
  });
});

describe('least connections', () => {
  const settings = { 'pods.count': 3, 'balancer.policy': 'leastConnections' };

  test('the pod with the fewest, of equals the next in turn', () => {
    // Of the first three the second (status, 5 ms) ends first, then the third (SMTP of 50 ms, 86.5 ms in all), then the first.
    const requests: Planned[] = [
      { atMs: 0, smtpMs: 1000 },
      { atMs: 1, kind: 'status' },
      { atMs: 2, smtpMs: 50 },
      { atMs: 20, smtpMs: 1000 }, // pod 1 is empty
      { atMs: 200, smtpMs: 1000 }, // pod 2 is empty
      { atMs: 210, smtpMs: 1000 }, // one each: after pod 2 it is pod 0's turn
      { atMs: 220, smtpMs: 1000 }, // then 1
      { atMs: 230, smtpMs: 1000 }, // then 2
    ];
    expect(podsOf(settings, requests)).toEqual([0, 1, 2, 1, 2, 0, 1, 2]);
  });

  test('empty pods get requests in turn', () => {
    expect(
      podsOf(
        settings,
        every(20, 7).map((request) => ({ ...request, kind: 'status' })),
      ),
    ).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  test('connections that wait for a worker count, those to other pods do not', () => {
    const requests = [0, 1, 2, 3].map((atMs) => ({ atMs, smtpMs: 1000 }));
    expect(podsOf({ ...settings, 'pods.count': 2, 'pods.workers': 1, 'pods.queueCapacity': 5 }, requests)).toEqual([0, 1, 0, 1]);
  });

  test('a pod that is down has none, and is not chosen', () => {
    const faults = [crash(0, 500, 500)];
    const requests = [0, 10, 20, 600, 610, 620, 1100, 1110].map((atMs) => ({ atMs, smtpMs: 5000 }));
    expect(podsOf({ ...settings, faults }, requests)).toEqual([0, 1, 2, 1, 2, 1, 0, 0]);
  });
});

describe('connections', () => {
  const settings = { 'balancer.maxConnections': 3 };

  test('beyond the limit requests are refused at once and counted apart from 503s', () => {
    const { answers, life, rows } = follow(scenarioOf(settings), [
      { atMs: 0 },
      { atMs: 0 },
      { atMs: 1 },
      { atMs: 1 },
      { atMs: 136 },
      { atMs: 136.75 },
    ]);
    expect(answers).toEqual(['sent 136.5', 'sent 136.5', 'sent 137.5', 'refused 1', 'refused 136', 'sent 273.25']);
    expect(life(3)).toEqual(['arrived 1', 'departed 1']);
    expect(rows).toEqual({ pending: 0, sent: 4, failed: 0 });
  });

  test('a request that is rejected or finds no pod up gives its connection back', () => {
    const one = { ...settings, 'balancer.maxConnections': 2, 'pods.count': 1, 'pods.workers': 1 };
    const rejected = follow(scenarioOf(one), [{ atMs: 0 }, { atMs: 1 }, { atMs: 2 }, { atMs: 3 }]);
    expect(rejected.answers).toEqual(['sent 136.5', 'rejected 2.5', 'refused 2', 'rejected 4.5']);
    const down = follow(scenarioOf({ ...one, faults: [crash(0, 0, 1e6)] }), [{ atMs: 0 }, { atMs: 1 }, { atMs: 1.25 }, { atMs: 2 }]);
    expect(down.answers).toEqual(['aborted 1.5', 'aborted 2.5', 'refused 1.25', 'aborted 3.5']);
  });
});
