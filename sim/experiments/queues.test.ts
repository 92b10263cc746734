import { describe, expect, test, vi } from 'vitest';
import type { Scenario } from '../../fixtures/schema.ts';
import { occupancy, rejectedShare } from '../metrics/flows.ts';
import { histogramMean, mergeHistograms } from '../metrics/histogram.ts';
import {
  assertInside,
  controlledInterval,
  type Interval,
  type Replications,
  relativeHalfWidth,
  replicationsOf,
  scenarioOf,
} from '../testing.ts';
import { mmcWaitMs } from '../theory/erlang.ts';
import { mg1WaitMs } from '../theory/mg1.ts';
import { mmck, mmckWaitMs } from '../theory/mmck.ts';
import type { Measurement } from './simulate.ts';

// A pod whose workers have a queue, without balancer and database times: the holding time is the SMTP latency.
async function study(scenario: Scenario, load: number, replications: Replications) {
  vi.resetModules();
  const replicate = await replicationsOf(scenario);
  const measured = replicate(replications);
  const offered = measured.map((each) => each.offered);
  return (figure: (measurement: Measurement) => number): Interval => controlledInterval(measured.map(figure), offered, load);
}

const meanWaitMs = ({ times }: Measurement) => histogramMean(mergeHistograms(times.waiting));
const waiting = ({ flows }: Measurement) => (flows.inFlightMs - flows.busyWorkerMs.reduce((sum, ms) => sum + ms, 0)) / flows.durationMs;
const inSystem = ({ flows }: Measurement) => flows.inFlightMs / flows.durationMs;
vi.setConfig({ testTimeout: 60_000 });

describe('M/M/c with an unlimited queue: Erlang C', () => {
  test('50 workers at 45 erlangs, the bundled scenario: mean wait and queue length', async () => {
    const scenario = scenarioOf({}, 'pure-queue-mmc');
    const { ratePerSecond } = scenario.arrivals;
    const interval = await study(scenario, 45, { ratePerSecond, count: 40, warmupMs: 30_000, measureMs: 300_000 });
    const expected = mmcWaitMs(50, 45, 200);
    assertInside(expected, interval(meanWaitMs));
    assertInside((expected * ratePerSecond) / 1000, interval(waiting));
    assertInside(
      45,
      interval(({ flows }) => occupancy(flows)),
    );
    expect(relativeHalfWidth(interval(meanWaitMs))).toBeLessThan(0.1); // the wait is very sensitive here: 1% more load, 15% more wait
  });

  test('3 workers at 2.1 erlangs', async () => {
    const scenario = scenarioOf({ 'pods.workers': 3 }, 'pure-queue-mmc');
    const interval = await study(scenario, 2.1, { ratePerSecond: 10.5, count: 40, warmupMs: 30_000, measureMs: 2_500_000 });
    assertInside(mmcWaitMs(3, 2.1, 200), interval(meanWaitMs));
    expect(relativeHalfWidth(interval(meanWaitMs))).toBeLessThan(0.04);
  });
});

describe.each([
  { workers: 1, capacity: 5, a: 0.8, blocking: 0.0888195, l: 1.868332 },
  { workers: 2, capacity: 5, a: 1.5, blocking: 0.0851138, l: 2.005955 },
])('M/M/$workers/$capacity at $a erlangs', ({ workers, capacity, a, blocking, l }) => {
  test('blocking, number in the system and mean wait of the accepted', async () => {
    const settings = { 'pods.workers': workers, 'pods.queueCapacity': capacity - workers, 'balancer.maxConnections': 1000 };
    const interval = await study(scenarioOf(settings, 'pure-queue-mmc'), a, {
      ratePerSecond: a / 0.2,
      count: 40,
      warmupMs: 10_000,
      measureMs: 5_000_000 / a,
    });
    expect(mmck(workers, capacity, a).blocking).toBeCloseTo(blocking, 7);
    assertInside(
      blocking,
      interval(({ flows }) => rejectedShare(flows)!),
    );
    assertInside(l, interval(inSystem));
    assertInside(
      a * (1 - blocking),
      interval(({ flows }) => occupancy(flows)),
    );
    assertInside(mmckWaitMs(workers, capacity, a, 200), interval(meanWaitMs));
    expect(relativeHalfWidth(interval(({ flows }) => rejectedShare(flows)!))).toBeLessThan(0.025);
  });
});

test('M/G/1, lognormal, the bundled scenario: Pollaczek–Khinchine', async () => {
  const scenario = scenarioOf({}, 'pure-queue-mg1');
  const { ratePerSecond } = scenario.arrivals;
  const interval = await study(scenario, 0.7, { ratePerSecond, count: 40, warmupMs: 60_000, measureMs: 7_500_000 });
  const expected = mg1WaitMs(ratePerSecond, 200, 200 ** 2 * Math.expm1(0.25));
  assertInside(expected, interval(meanWaitMs));
  assertInside((expected * ratePerSecond) / 1000, interval(waiting));
  expect(relativeHalfWidth(interval(meanWaitMs))).toBeLessThan(0.03);
});
