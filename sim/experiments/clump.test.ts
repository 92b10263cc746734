import { describe, expect, test } from 'vitest';
import { scenarioOf } from '../testing.ts';
import { clumpOf } from './clump.ts';

const pod = (workers: number, settings: Readonly<Record<string, unknown>> = {}) =>
  scenarioOf({ 'pods.count': 1, 'pods.workers': workers, ...settings }, 'pure-exponential');

/**
 * Of M/M/c/c, exactly: 503s are a renewal process, since each finds the same state, and the number of them that are due to one is half of 1 and
 * the squared coefficient of variation of the time between two. Its moments follow from those of the times T(k) from k busy servers to k + 1.
 */
function exactClump(servers: number, load: number): number {
  let [mean, square] = [1 / load, 2 / load ** 2];
  for (let busy = 1; busy <= servers; busy++) {
    const rate = load + busy;
    const down = busy / rate; // then the next is T(k − 1) and T(k) again
    const again = (1 / rate + down * mean) / (1 - down);
    square = (2 / rate ** 2 + (2 / rate) * down * (mean + again) + down * (square + 2 * mean * again)) / (1 - down);
    mean = again;
  }
  return (1 + (square / mean ** 2 - 1)) / 2;
}

describe('503s that come together', () => {
  test.each([
    [1, 0.1],
    [5, 1],
    [10, 5],
    [50, 20],
    [50, 35],
    [50, 40],
    [250, 200],
  ])('M/M/c/c, %i workers and %d erlangs: as many as exactly, or up to a fifth more', (workers, load) => {
    const exact = exactClump(workers, load);
    const clump = clumpOf(pod(workers), 5 * load);
    expect(clump / exact).toBeGreaterThan(0.999);
    expect(clump / exact).toBeLessThan(1.2);
  });

  test('are one each where hardly anybody comes', () => {
    expect(clumpOf(pod(50), 0.01)).toBeCloseTo(1, 3);
  });

  test('are many where requests that hang keep a pod nearly full', () => {
    expect(clumpOf(scenarioOf({}, 'naive-hangs'), 400)).toBeGreaterThan(5 * clumpOf(scenarioOf({}), 900));
  });

  test('with least connections come from all pods as one', () => {
    const five = { 'pods.count': 5, 'pods.workers': 10, 'balancer.policy': 'leastConnections' };
    expect(clumpOf(scenarioOf(five, 'pure-exponential'), 200)).toBe(clumpOf(pod(50), 200));
  });

  test('at a queue are 1 / (1 − ρ), and without end where it grows', () => {
    expect(clumpOf(scenarioOf({}, 'pure-queue-mmc'), 225)).toBeCloseTo(10, 2);
    expect(clumpOf(scenarioOf({}, 'pure-queue-mmc'), 250)).toBe(Infinity);
  });
});
