import { expect, test, vi } from 'vitest';
import { rejectedShare } from '../metrics/flows.ts';
import { assertInside, average, controlledInterval, relativeHalfWidth, replicationsOf, scenarioOf } from '../testing.ts';
import { erlangB } from '../theory/erlang.ts';
import { ceilings } from './bottleneck.ts';

// If a share p of the SMTP transactions hangs to the deadline, 250 workers hold 250 / (0.035 + (1 − p)·0.2 + p·30) sends a second. Taken as
// the arrival rate behind a random split that is 50 erlangs a pod, and B(50, 50) = 0.10479 are rejected, whatever the distribution.
const BLOCKING = erlangB(50, 50);
const COUNT = 24;
vi.setConfig({ testTimeout: 60_000 });
const all: { rates: number[]; offered: number[] }[] = [];

test.each([
  [0.005, 651],
  [0.01, 469],
  [0.02, 301],
  [0.05, 145],
  [0.08, 96], // 95.46, rounded up
])('a share %d that hangs makes the ceiling %i sends a second', async (hangShare, rounded) => {
  const latencyMs = { kind: 'exponential', meanMs: 200 };
  const scenario = scenarioOf({
    'arrivals.mix': { send: 1, status: 0 },
    'balancer.policy': 'random',
    'smtp.isps': [{ name: 'only', share: 1, latencyMs, hangShare }],
    'database.connections': 1000,
    'database.connectionsPerPod': 1000,
  });
  const ceiling = 250 / (0.035 + (1 - hangShare) * 0.2 + hangShare * 30);
  expect(Math.abs(ceiling - rounded)).toBeLessThan(0.6);
  expect(ceilings(scenario)[0]).toMatchObject({ station: 'pools', ceilingPerSecond: expect.closeTo(ceiling, 6) });

  vi.resetModules();
  const replicate = await replicationsOf(scenario);
  const measured = replicate({ ratePerSecond: ceiling, count: COUNT, warmupMs: 90_000, measureMs: 300_000, seed: rounded });
  const rates = measured.map(({ flows }) => rejectedShare(flows)!);
  const offered = measured.map((each) => each.offered);
  assertInside(BLOCKING, controlledInterval(rates, offered, 250));
  all.push({ rates, offered });
});

test('all five together reject B(50, 50), and an error of 2.5% would be seen', () => {
  const ofReplication = (pick: (each: (typeof all)[number]) => number[]) =>
    Array.from({ length: COUNT }, (_, i) => average(all.map((each) => pick(each)[i]!)));
  const interval = controlledInterval(
    ofReplication(({ rates }) => rates),
    ofReplication(({ offered }) => offered),
    250,
  );
  assertInside(BLOCKING, interval);
  expect(relativeHalfWidth(interval)).toBeLessThan(0.025);
});
