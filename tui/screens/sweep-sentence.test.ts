import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../fixtures/scenario.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { madeUpPoint } from './made-up.test.data.ts';
import { limitWords, workerShares } from './sweep-sentence.ts';

const times = (mean: number) => ({ ...madeUpPoint(900).sojournMs!, mean: { mean, halfWidth: null } });
const words = (change: Partial<Point>, set: readonly string[] = []) => limitWords(madeUpPoint(900, change), loadScenario({ set }))[0];

describe('what limits is said from the figures of the point', () => {
  const none = { mean: 0, lower: 0, upper: 1e-6, halfWidth: 1e-6 };

  test('nothing', () => {
    expect(words({ rejectionRate: none })).toBe('At 900/s nothing limits: no 503 in 1,080,000 requests; workers 68% busy, database 26%.');
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
      const [long, short] = limitWords(madeUpPoint(900, change), loadScenario());
      expect(short.length).toBeLessThan(long.length);
      expect(short.length).toBeLessThanOrEqual(80);
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
