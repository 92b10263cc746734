import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../fixtures/scenario.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { createGrid, plainText } from '../terminal/canvas.ts';
import { begun, madeUpPoint } from './made-up.test.data.ts';
import { drawSentence, limitWords, workerShares } from './sweep-sentence.ts';

const times = (mean: number) => ({ ...madeUpPoint(900).sojournMs!, mean: { mean, halfWidth: null } });
const words = (change: Partial<Point>, set: readonly string[] = []) => limitWords(madeUpPoint(900, change), loadScenario({ set }))[0];

describe('what limits is said from the figures of the point', () => {
  const none = { mean: 0, lower: 0, upper: 1e-6, halfWidth: 1e-6 };

  test('nothing', () => {
    expect(words({ rejectionRate: none })).toBe('At 900/s nothing limits: no 503 in 1,080,000 requests; workers 68% busy, database 26%.');
  });

  test('no station, where what is planned makes requests fail', () => {
    const outcomes = { ...madeUpPoint(900).outcomes, timedOut: 10_800 };
    const outage = ['faults=[{"kind":"smtpOutage","atMs":0,"forMs":1000}]'];
    expect(words({ rejectionRate: none, outcomes }, outage)).toContain(
      'no station limits: no 503 in 1,080,000 requests, 1.00% another error',
    );
    expect(words({ rejectionRate: none, outcomes })).toContain(' nothing limits: ');
  });

  test('the pool, where requests find it full', () => {
    expect(words({})).toBe(
      'At 900/s the worker pool limits: 68% busy, a pod is full 0.0444% of the time, and 0.0296% of requests get 503.',
    );
  });

  test('the pool, where requests wait for a worker', () => {
    expect(words({ rejectionRate: none, waitingMs: times(90), sojournMs: times(300) }, ['pods.queueCapacity=100'])).toBe(
      'At 900/s the worker pool limits: 68% busy, a send waits 90 ms for a worker, and no request gets 503.',
    );
  });

  test('the database, where workers wait for its connections', () => {
    expect(words({ waitingMs: times(90), sojournMs: times(300) })).toContain(
      'the database limits: 26% busy, a send waits 90 ms for connections',
    );
    const saturated = { databaseUtilisation: { mean: 0.99, halfWidth: null }, waitingMs: times(90), sojournMs: times(300) };
    expect(words(saturated, ['pods.queueCapacity=100'])).toContain('the database limits');
  });

  test('the event loop, where it is busy', () => {
    expect(words({ eventLoopUtilisation: { mean: 0.93, halfWidth: null } })).toContain('the event loop limits: 93% busy');
  });

  test('the balancer, where it has no connection left', () => {
    const { outcomes } = madeUpPoint(900);
    expect(words({ outcomes: { ...outcomes, refused: 5400 } })).toContain(
      'the balancer limits: it has no connection left for 0.500% of requests',
    );
  });

  test('and there is always a shorter wording', () => {
    for (const change of [{}, { rejectionRate: none }, { waitingMs: times(90), sojournMs: times(300) }]) {
      const [long, short = '', shortest = ''] = limitWords(madeUpPoint(900, change), loadScenario());
      expect(short.length).toBeLessThan(long.length);
      expect(short.length).toBeLessThanOrEqual(80);
      expect(shortest.length).toBeLessThan(short.length);
    }
  });
});

describe('what is planned is named at every width, whatever else there is no room for', () => {
  const LONG = `a${'b'.repeat(62)}`;
  const outage = { kind: 'smtpOutage', atMs: 0, forMs: 1000 };
  const slow = { kind: 'databaseSlow', atMs: 0, forMs: 1000, factor: 3 };
  const ofOne = { ...outage, isp: LONG };
  const name = `smtp.isps.0.name=${LONG}`;
  const SIZES = [
    [60, 3],
    [80, 2],
    [120, 2],
  ] as const;
  const steps = 'arrivals.rateSteps=[{"atMs":1000,"factor":5},{"atMs":2000,"factor":2}]';

  test.each<[string, readonly string[], RegExp]>([
    ['an outage of all ISPs', [`faults=${JSON.stringify([outage])}`], /all ISPs: outage/],
    ['one of an ISP with the longest name that there can be', [name, `faults=${JSON.stringify([ofOne])}`], /ab+…b+: outage/],
    ['two faults', [name, `faults=${JSON.stringify([ofOne, slow])}`], /outage.*(db|database): (slow|3× as slow)/],
    [
      'three',
      [`faults=${JSON.stringify([outage, slow, { kind: 'podCrash', atMs: 0, forMs: 1000, pod: 1 }])}`],
      /3 faults, the first all ISPs: outage/,
    ],
    ['steps of the rate', [steps], /1 to 5 times the rate/],
    ['both', [`faults=${JSON.stringify([outage])}`, steps], /all ISPs: outage.*1 to 5 times the rate/],
  ])('%s', (_, set, planned) => {
    const scenario = loadScenario({ set: [...set, 'run.warmup=0'] });
    const none = { mean: 0, lower: 0, upper: 1e-6, halfWidth: 1e-6 };
    const busyLoop = { eventLoopUtilisation: { mean: 0.93, halfWidth: null } };
    const waiting = { waitingMs: times(90), sojournMs: times(300) };
    for (const change of [{}, { rejectionRate: none }, { arrivals: 0 }, busyLoop, waiting]) {
      const state = { ...begun([1234.5]), scenario, points: [madeUpPoint(1234.5, change)] };
      for (const [width, height] of SIZES) {
        const grid = createGrid(width, height);
        drawSentence(grid, state);
        const rows = grid.lines().map((line) => plainText(line).trimEnd());
        const text = rows.join(' ');
        expect(text).toMatch(planned);
        expect(text).toMatch(/limits: |nothing arrived/);
      }
    }
  });
});

test("a worker's time is what its requests take, and the parts are no more than all of it", () => {
  const shares = workerShares(madeUpPoint(900));
  expect(shares.map(({ name }) => name)).toEqual(['INSERT', 'SMTP', 'UPDATE', 'SELECT']);
  expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1.01);
  expect(shares[1]!.ms).toBeCloseTo(0.8 * 200, 6); // 0.8 sends of 200 ms a request
  expect(workerShares(madeUpPoint(900, { workerTime: null }))).toEqual([]);
});
