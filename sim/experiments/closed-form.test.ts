import { describe, expect, test, vi } from 'vitest';
import { occupancy, rejectedShare } from '../metrics/flows.ts';
import { assertInside, controlledInterval, replicationsOf, scenarioOf } from '../testing.ts';
import { closedForms } from './closed-form.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Which formulas a scenario has, exact ones and, marked, near ones. */
const namesOf = (settings: Readonly<Record<string, unknown>>, scenario: string) => {
  const forms = closedForms(scenarioOf(settings, scenario));
  return Object.values(forms).map((form) => form && `${form.exact ? '' : '≈ '}${form.name}`);
};

test.each<[string, Readonly<Record<string, unknown>>, string, (string | null)[]]>([
  ['Poisson arrivals behind a random split', {}, 'pure-lognormal', ['Erlang B', 'utilisation law', null]],
  [
    'one pod, whatever the policy',
    { 'pods.count': 1, 'balancer.policy': 'roundRobin' },
    'pure-constant',
    ['Erlang B', 'utilisation law', null],
  ],
  ['least connections', { 'balancer.policy': 'leastConnections' }, 'pure-constant', ['Erlang B, all pods as one', 'utilisation law', null]],
  ['round robin, exponential holding times', {}, 'pure-round-robin', ['GI/M/c/c', 'utilisation law', null]],
  ['round robin, holding times nearly as variable as that', {}, 'naive', ['≈ GI/M/c/c', '≈ utilisation law', '≈ utilisation law']],
  ['round robin, constant holding times', { 'balancer.policy': 'roundRobin' }, 'pure-constant', [null, 'utilisation law', null]],
  ['round robin, hangs', { 'pods.eventLoop': null }, 'naive-hangs', [null, 'utilisation law', 'utilisation law']],
  [
    'event loops, whose waits no formula knows',
    { 'balancer.policy': 'random', 'pods.eventLoop': 'event-loops/default.json' },
    'naive',
    ['≈ Erlang B', '≈ utilisation law', '≈ utilisation law'],
  ],
  ['a queue, exponential holding times', {}, 'pure-queue-mmc', ['M/M/c/K', 'utilisation law', null]],
  ['a queue, other holding times', {}, 'pure-queue-mg1', [null, 'utilisation law', null]],
  [
    'a random split of arrivals that are no Poisson process',
    { 'arrivals.process': 'erlang' },
    'pure-exponential',
    [null, 'utilisation law', null],
  ],
  ['a scenario that changes while it runs', {}, 'smtp-outage', [null, null, null]],
])('%s', (_, settings, scenario, names) => {
  expect(namesOf(settings, scenario)).toEqual(names);
});

describe('a formula holds only where', () => {
  test('statements hardly wait for a connection', () => {
    const { rejectionRate, poolUtilisation } = closedForms(scenarioOf({ 'database.connections': 20, 'database.connectionsPerPod': 4 }));
    expect(rejectionRate!.at(100)).not.toBeNull();
    expect(rejectionRate!.at(600)).toBeNull();
    expect(poolUtilisation!.at(600)).toBeNull();
  });

  test('the balancer refuses none', () => {
    expect(closedForms(scenarioOf({ 'balancer.maxConnections': 250 })).rejectionRate!.at(300)).toBeNull();
  });

  test('the event loops have time to spare', () => {
    const costs = { callbacks: { request: { kind: 'constant', valueMs: 2 } } };
    const { poolUtilisation } = closedForms(scenarioOf({ 'pods.eventLoop': costs }));
    expect(poolUtilisation!.at(1000)).not.toBeNull();
    expect(poolUtilisation!.at(1300)).toBeNull();
  });

  test('next to none is rejected, for the utilisation law where no formula says how many are', () => {
    const { poolUtilisation } = closedForms(scenarioOf({ 'pods.eventLoop': null }, 'naive-hangs'));
    expect(poolUtilisation!.at(300)).toBeCloseTo(0.513, 3);
    expect(poolUtilisation!.at(600)).toBeNull();
  });
});

// A pod that has a free worker has fewer connections than one that has none: requests are rejected only where all are busy, as in one group.
test('with least connections, two pods of ten workers are one group of twenty', async () => {
  const scenario = scenarioOf({ 'pods.count': 2, 'pods.workers': 10, 'balancer.policy': 'leastConnections' }, 'pure-lognormal');
  const replicate = await replicationsOf(scenario);
  const { rejectionRate, poolUtilisation } = closedForms(scenario);
  const ratePerSecond = 90;
  const measured = replicate({ ratePerSecond, count: 40, warmupMs: 3000, measureMs: 100_000 });
  const offered = measured.map((each) => each.offered);
  const inside = (expected: number, values: number[]) => assertInside(expected, controlledInterval(values, offered, ratePerSecond * 0.2));
  inside(
    rejectionRate!.at(ratePerSecond)!,
    measured.map(({ flows }) => rejectedShare(flows)!),
  );
  inside(
    poolUtilisation!.at(ratePerSecond)!,
    measured.map(({ flows }) => occupancy(flows) / 20),
  );
});
