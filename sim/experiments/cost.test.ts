import { expect, test } from 'vitest';
import { scenarioOf } from '../testing.ts';
import { costOf, type Undertaking } from './cost.ts';
import { finish, prepare } from './simulate.ts';

const one: Undertaking = { rates: [900], effort: { replications: 1 }, threads: 1, single: false };
const timed = { 'run.warmup': 1000, 'run.measureMs': 20_000 };

const kept: unknown[] = []; // nothing is collected while it is measured
const manyIsps = Array.from({ length: 200 }, (_, i) => ({ name: `i${i}`, share: 1 / 200, latencyMs: { kind: 'constant', valueMs: i } }));

test.each([
  ['connections', { 'balancer.maxConnections': 1_000_000 }, {}],
  ['pods', { 'pods.count': 1000, 'pods.eventLoop': 'event-loops/default.json' }, { 'pods.eventLoop': 'event-loops/default.json' }],
  ['ISPs', { 'smtp.isps': manyIsps }, {}],
])('more %s take about as much more memory as estimated', (_, settings, without) => {
  const [more, less] = [scenarioOf({ ...timed, ...settings }), scenarioOf({ ...timed, ...without })];
  const used = (scenario: typeof more): number => {
    const before = process.memoryUsage().arrayBuffers;
    kept.push(prepare(scenario));
    return process.memoryUsage().arrayBuffers - before;
  };
  const ratio = (costOf(more, one).bytes - costOf(less, one).bytes) / (used(more) - used(less));
  expect(ratio).toBeGreaterThan(0.8);
  expect(ratio).toBeLessThan(2);
});

test.each([
  ['pure stations', {}],
  ['event loops', { 'pods.eventLoop': 'event-loops/default.json' }],
  [
    'rate steps',
    {
      'arrivals.rateSteps': [
        { atMs: 5000, factor: 3 },
        { atMs: 10_000, factor: 0.5 },
      ],
      'run.warmup': 0,
    },
  ],
])('with %s events and requests are about as many as estimated', (_, settings) => {
  const scenario = scenarioOf({ ...timed, ...settings });
  const { events, requestsARun } = costOf(scenario, { ...one, rates: [400] });
  const task = { seed: 42, replication: 0, ratePerSecond: 400, measureMs: 20_000, batches: 1, seriesMs: 1000 };
  const run = finish(prepare(scenario)({ ...task, warmupMs: Number(scenario.run.warmup) }));
  const arrivals = run.series!.reduce((sum, span) => sum + span.arrivals, 0);
  expect(requestsARun / arrivals).toBeGreaterThan(0.9);
  expect(requestsARun / arrivals).toBeLessThan(1.1);
  expect(events / run.events).toBeGreaterThan(0.8);
  expect(events / run.events).toBeLessThan(1.3);
});

test('what is made in parallel is held in parallel, and what is merged later as well', () => {
  const scenario = scenarioOf(timed);
  const cost = (more: Partial<Undertaking>) => costOf(scenario, { ...one, ...more });
  expect(cost({ threads: 256 })).toEqual(cost({})); // one run needs one thread
  expect(cost({ effort: { replications: 10 }, threads: 4 }).bytes).toBeGreaterThan(3 * cost({}).bytes);
  expect(cost({ effort: { replications: 10 } }).events).toBe(10 * cost({}).events);
  expect(cost({ rates: [300, 600] }).events).toBe(cost({}).events);
  const spans = (seriesMs: number) => costOf(scenarioOf({ ...timed, 'run.seriesMs': seriesMs }), { ...one, single: true }).bytes;
  expect(spans(1) - spans(1000)).toBeGreaterThan(20_000 * 1000);
});
