import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { loadScenario } from '../fixtures/scenario.ts';
import type { Scenario } from '../fixtures/schema.ts';
import { DEFAULT_LIMIT, parseLimit } from '../sim/experiments/limit.ts';
import type { Point } from '../sim/experiments/point.ts';
import { prepare } from '../sim/experiments/simulate.ts';
import { single } from '../sim/experiments/single.ts';
import { isTransient } from '../sim/experiments/warmup.ts';
import { bottleneckSentence } from './bottleneck-sentence.ts';
import { report } from './commands/report.ts';
import { percent } from './format.ts';
import { begunInside, PAUSE, play, seek } from './screens/inside.test.data.ts';
import { isPodDown, isUnderWay } from './screens/inside-faults.ts';
import { sentences } from './screens/inside-words.ts';
import { limitWords, workerShares } from './screens/sweep-sentence.ts';

/** What is said of scenarios that nobody would think of, each of them simulated. */

vi.setConfig({ testTimeout: 120_000 });

const setting = <Value>(path: string, values: fc.Arbitrary<Value>) => values.map((value) => `${path}=${JSON.stringify(value)}`);

const constantIsp = (valueMs: number) => ({ name: 'one', share: 1, latencyMs: { kind: 'constant', valueMs } });
const FAULTS = [
  { kind: 'smtpOutage', atMs: 200, forMs: 300 },
  { kind: 'databaseDown', atMs: 600, forMs: 200 },
  { kind: 'podCrash', atMs: 900, forMs: 100, pod: 0 },
];

const hostile = fc.record({
  set: fc.tuple(
    setting('pods.count', fc.integer({ min: 1, max: 3 })),
    setting('pods.workers', fc.constantFrom(1, 2, 50)),
    setting('pods.queueCapacity', fc.constantFrom(0, 0, 10)),
    fc.constantFrom('pods.eventLoop=null', 'balancer.latencyMs=1.5'),
    setting('database.connections', fc.constantFrom(1, 5, 100)),
    setting('database.insertMs', fc.constantFrom(0, 20)),
    setting('database.updateMs', fc.constantFrom(0, 15)),
    setting('balancer.maxConnections', fc.constantFrom(1, 10_000)),
    setting('arrivals.mix', fc.constantFrom({ send: 1, status: 0 }, { send: 0.8, status: 0.2 }, { send: 0.01, status: 0.99 })),
    setting('smtp.isps', fc.constantFrom([constantIsp(1e-6)], [constantIsp(100)], [{ ...constantIsp(100), hangShare: 0.1 }])),
    setting('smtp.timeoutMs', fc.constantFrom(500, 30_000)),
    setting('faults', fc.subarray(FAULTS)),
    setting('arrivals.rateSteps', fc.constantFrom([], [], [{ atMs: 500, factor: 5 }])),
  ),
  rates: fc.constantFrom([0.001], [1], [100], [50, 300], [1, 100, 1000]),
});

/** Of a scenario that changes while it runs nothing is left out. */
function shortRun(set: readonly string[]): Scenario {
  const scenario = loadScenario({ set: [...set, 'run.measureMs=1500'] });
  return isTransient(scenario) ? scenario : { ...scenario, run: { ...scenario.run, warmup: 100 } };
}

async function measured(scenario: Scenario, ratePerSecond: number): Promise<Point> {
  const { point } = await single(scenario, { seed: 1, ratePerSecond }, prepare(scenario), async () => true);
  return point!;
}

/** What no sentence may say: what is no figure, one of many, many of one, and a figure that is not there. */
const NOT_SAID = [
  /NaN|Infinity|∞|undefined|null|\[object/,
  /(?<![\d.,])1 (?!5\d\d)(requests|pods|workers|connections|database connections|replications|runs|rates|faults|steps)\b/,
  /\b(?!1\b)\d[\d,.]* (request|pod|worker|replication|run) /,
  / [,;.] |\(\)|, ,|±(?![\d\s])|: ;/,
];

test('no sentence says what is no figure, and none counts one as many', async () => {
  const limits = [DEFAULT_LIMIT, 'sojournMs.p99<=200', 'poolUtilisation<=0'].map((text) => parseLimit(text)!);
  await fc.assert(
    fc.asyncProperty(hostile, async ({ set, rates }) => {
      const scenario = shortRun(set);
      const points = await Promise.all(rates.map((rate) => measured(scenario, rate)));
      const said = [
        ...limits.map((limit) => bottleneckSentence(limit, null, scenario, points)),
        ...points.flatMap((point) => limitWords(point, scenario)),
        ...limits.flatMap((limit) =>
          (['run', 'sweep'] as const).map((command) =>
            report({ command, version: '0', seed: 1, scenario, limit, points, knee: null, series: null, complete: true }, 'table'),
          ),
        ),
      ];
      for (const text of said) for (const never of NOT_SAID) expect(text).not.toMatch(never);
    }),
    { numRuns: 60 },
  );
});

test('what is said to limit is what the figures of the point say', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom(20, 300, 2000), async ({ set }, rate) => {
      const scenario = shortRun(set);
      const point = await measured(scenario, rate);
      const [long] = limitWords(point, scenario);
      const { outcomes, arrivals, rejectionRate, poolUtilisation, eventLoopUtilisation, sojournMs, waitingMs, loopWaitMs } = point;
      const [queueMs, loopMs, sendMs] = [waitingMs, loopWaitMs, sojournMs].map((time) => time?.mean.mean ?? 0) as [number, number, number];
      const loop = eventLoopUtilisation?.mean ?? 0;
      const said = /^At \S+ (.*?) limits: /.exec(long.replace(/, with what is planned \(.*\),/, ''))?.[1];
      const costs = scenario.faults.length > 0 && outcomes.failed + outcomes.timedOut + outcomes.unrecorded + outcomes.aborted > 0;
      if (outcomes.refused > 0) expect(said).toBe('the balancer');
      else if (Math.max(queueMs, loopMs) > 0.2 * sendMs)
        expect(said).toBeOneOf(loopMs > queueMs ? ['the event loop'] : ['the database', 'the worker pool']);
      else if (rejectionRate.mean > 0)
        expect(said).toBe(loop >= Math.max(0.8, poolUtilisation.mean) ? 'the event loop' : 'the worker pool');
      else expect(said).toBe(loop >= Math.max(0.8, poolUtilisation.mean) ? 'the event loop' : costs ? 'no station' : 'nothing');
      const share = rejectionRate.mean === 0 ? 'no' : `${percent(rejectionRate.mean)}% of requests`;
      expect(long).toMatch(new RegExp(`${share.replaceAll('.', '\\.')}.* 503`));
      expect(long.includes('planned')).toBe(scenario.faults.length + scenario.arrivals.rateSteps.length > 0);
      expect(rejectionRate.mean).toBe(outcomes.rejected / arrivals);
    }),
    { numRuns: 60 },
  );
});

test('nor does what is said inside a run', () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom(1, 50, 1000), fc.constantFrom(10, 300, 700, 950), ({ set }, rate, atMs) => {
      const state = play(begunInside([...set, 'run.measureMs=1500'], rate))(PAUSE, seek(atMs));
      for (const text of sentences(state)) for (const never of NOT_SAID) expect(text).not.toMatch(never);
      const [said] = sentences(state);
      const busy = state.shown!.busy.reduce((sum, n) => sum + n, 0);
      if (busy > 0) expect(said).toMatch(/limit|down|under way/);
      if (state.wish.faults.some((fault) => fault.kind !== 'podCrash' && isUnderWay(fault, atMs)))
        expect(said).not.toContain('Nothing limits');
      if (isPodDown(state.wish.faults, 0, atMs)) expect(said).toContain('down');
    }),
    { numRuns: 60 },
  );
});

test("what a worker's time goes into is measured: nearly all of it where the rate is another than the one that is named", async () => {
  const steps = JSON.stringify([{ atMs: 1000, factor: 3 }]);
  const scenario = loadScenario({ set: [`arrivals.rateSteps=${steps}`, 'run.measureMs=20000', 'pods.eventLoop=null'] });
  const parts = workerShares(await measured(scenario, 100));
  expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2);
});

test('workers that hang to the end of a run wait for SMTP', async () => {
  const faults = JSON.stringify([{ kind: 'smtpOutage', atMs: 0, forMs: 5000 }]);
  const scenario = loadScenario({ set: [`faults=${faults}`, 'run.measureMs=5000'] });
  const { workerTime } = await measured(scenario, 300);
  expect(workerTime!.smtp).toBeGreaterThan(0.9);
});
