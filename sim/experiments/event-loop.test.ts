import { describe, expect, test, vi } from 'vitest';
import type { Distribution, Scenario } from '../../fixtures/schema.ts';
import type { Observe } from '../architectures/simulation.ts';
import { mean, variance } from '../engine/distributions.ts';
import { assertInside, average, interval, relativeHalfWidth, scenarioOf } from '../testing.ts';
import { mg1WaitMs } from '../theory/mg1.ts';
import { ceilings } from './bottleneck.ts';
import { summarise } from './point.ts';
import type { RunResult, RunTask } from './simulate.ts';

vi.setConfig({ testTimeout: 60_000 });

// One pod with workers and connections for all, so that nothing but the event loop makes anybody wait. Headers arrive as a Poisson process,
// since the balancer's latency is constant; where only their callback costs anything, the loop is M/G/1.
const roomy = { 'pods.count': 1, 'pods.workers': 2000, 'database.connections': 2000, 'database.connectionsPerPod': 2000 };
const serviceOf = (callbacks: Readonly<Record<string, Distribution>>): Scenario =>
  scenarioOf({ ...roomy, 'pods.eventLoop': { callbacks } });
const RATE = 600;
const task: Omit<RunTask, 'replication'> = { seed: 1, ratePerSecond: RATE, warmupMs: 2000, measureMs: 60_000, batches: 1, seriesMs: null };

/** Mean wait of the first callback of each request, one value a replication, and what was measured beside it. */
async function study(scenario: Scenario, replications = 20) {
  vi.resetModules(); // the first assembly of a module instance is twice as fast as later ones
  const { finish, prepare } = await import('./simulate.ts');
  let [count, sumMs] = [0, 0];
  const firstWaits: Observe = ({ clock, capacity }) => {
    const readyMs = new Float64Array(capacity);
    const isFirst = new Uint8Array(capacity);
    return [
      {
        arrived: (request) => {
          isFirst[request] = 1;
        },
        callbackReady: (request) => {
          readyMs[request] = clock[0];
        },
        callbackBegan: (request) => {
          if (isFirst[request] === 0) return;
          isFirst[request] = 0;
          if (clock[0] < task.warmupMs) return;
          count++;
          sumMs += clock[0] - readyMs[request]!;
        },
      },
    ];
  };
  const run = prepare(scenario, { observers: [firstWaits] });
  const waits: number[] = [];
  const results: RunResult[] = [];
  for (let replication = 0; replication < replications; replication++) {
    [count, sumMs] = [0, 0];
    results.push(finish(run({ ...task, replication })));
    waits.push(sumMs / count);
  }
  const point = summarise(scenario, {
    ratePerSecond: RATE,
    warmup: { ms: task.warmupMs, rule: 'given' },
    measureMs: task.measureMs,
    runs: results.map(({ batches }) => batches),
    rows: results.map(({ rows }) => rows),
    recovery: null,
    precise: true,
  });
  return {
    waits: interval(waits),
    point,
    utilisations: results.map(({ batches }) => (batches[0]!.flows.activeLoopMs[0] ?? Number.NaN) / task.measureMs),
  };
}

describe("a pod's loop as a queue: Pollaczek and Khinchine", () => {
  test.each<[string, Distribution]>([
    ['M/D/1', { kind: 'constant', valueMs: 1 }],
    ['M/M/1', { kind: 'exponential', meanMs: 1 }],
    ['M/G/1, lognormal', { kind: 'lognormal', meanMs: 1, sigma: 1 }],
  ])('%s', async (_, request) => {
    const { waits, utilisations } = await study(serviceOf({ request }));
    assertInside(mg1WaitMs(RATE, mean(request), variance(request)), waits);
    expect(relativeHalfWidth(waits)).toBeLessThan(0.1);
    assertInside((RATE / 1000) * mean(request), interval(utilisations)); // the utilisation law
  });

  test('M/G/1: what goes on in the callback is part of its service time', async () => {
    const request: Distribution = { kind: 'constant', valueMs: 0.5 };
    const query: Distribution = { kind: 'exponential', meanMs: 3 };
    const { waits } = await study(serviceOf({ request, query }));
    const { send, status } = scenarioOf({}).arrivals.mix;
    const firstMoment = send * 0.5 + status * 3.5;
    const secondMoment = send * 0.5 ** 2 + status * (3.5 ** 2 + 3 ** 2);
    assertInside(mg1WaitMs(RATE, firstMoment, secondMoment - firstMoment ** 2), waits);
    expect(relativeHalfWidth(waits)).toBeLessThan(0.1);
  });
});

describe('what is reported of the loops', () => {
  test('utilisation is what the callbacks of a send and of a status query cost, and its ceiling follows from that', async () => {
    const each: Distribution = { kind: 'constant', valueMs: 0.1 };
    const names = [
      'request',
      'body',
      'mxReply',
      'insertReply',
      'connected',
      'greeting',
      'ehloReply',
      'dataReply',
      'smtpReply',
      'updateReply',
    ];
    const scenario = serviceOf(Object.fromEntries([...names, 'query', 'selectReply'].map((name) => [name, each])));
    const { utilisations, point } = await study(scenario, 10);
    const perRequestMs = 0.1 * (0.8 * 10 + 0.2 * 3);
    assertInside((RATE / 1000) * perRequestMs, interval(utilisations));
    const loops = ceilings(scenario).find(({ station }) => station === 'event loops')!;
    expect(loops.holdingMs).toBeCloseTo(perRequestMs, 12);
    expect(loops.ceilingPerSecond).toBeCloseTo(1000 / perRequestMs, 9);
    expect(point.eventLoopUtilisation!.mean).toBeCloseTo(average(utilisations), 12);
    expect(point.eventLoopUtilisationByPod![0]).toBeCloseTo(average(utilisations), 12);
    expect(point.loopWaitMs!.mean.mean).toBeGreaterThan(0);
    expect(point.eventLoopDelayMsByPod).toHaveLength(1);
  });

  test('collections come with the time that the loop is active, whatever runs', async () => {
    const scenario = serviceOf({ request: { kind: 'exponential', meanMs: 0.5 } });
    const { callbacks } = scenario.pods.eventLoop!;
    const collections = { everyMs: 20, pauseMs: { kind: 'lognormal' as const, meanMs: 3, sigma: 0.5 } };
    const collected: Scenario = { ...scenario, pods: { ...scenario.pods, eventLoop: { source: 'test', callbacks, collections } } };
    const { utilisations, waits } = await study(collected);
    const perRequestMs = 0.5 * (1 + 3 / 20);
    assertInside((RATE / 1000) * perRequestMs, interval(utilisations));
    expect(ceilings(collected).find(({ station }) => station === 'event loops')!.holdingMs).toBeCloseTo(perRequestMs, 12);
    // A compound Poisson sum over the callback: E[S²] = E[C²] (1 + g/e)² + E[C] E[G²] / e.
    const pauses = collections.pauseMs;
    const secondMoment = 2 * 0.5 ** 2 * (1 + 3 / 20) ** 2 + (0.5 * (variance(pauses) + mean(pauses) ** 2)) / 20;
    assertInside(mg1WaitMs(RATE, perRequestMs, secondMoment - perRequestMs ** 2), waits);
  });

  test('nothing where the loops are left out', async () => {
    const { point } = await study(scenarioOf(roomy), 2);
    expect(point).toMatchObject({ eventLoopUtilisation: null, eventLoopUtilisationByPod: null, eventLoopDelayMs: null, loopWaitMs: null });
    expect(ceilings(scenarioOf({})).map(({ station }) => station)).not.toContain('event loops');
  });
});
