import { describe, expect, test } from 'vitest';
import { scenarioOf } from '../testing.ts';
import { memoryOf } from './memory.ts';

// Sends alone, to one ISP, without database times: workers are held for what the ISP takes.
const held = (latencyMs: object, settings: Readonly<Record<string, unknown>> = {}) =>
  memoryOf(scenarioOf({ 'smtp.isps': [{ name: 'only', share: 1, latencyMs }], ...settings }, 'pure-exponential'), 100);
const constant = held({ kind: 'constant', valueMs: 200 });
const exponential = held({ kind: 'exponential', meanMs: 200 });

describe('requests that still hold their workers', () => {
  test('of a constant time as many are left as there is time left', () => {
    expect([0, 50, 150, 200, 1e6].map(constant.stillHeld)).toEqual([1, 0.75, 0.25, 0, 0].map((share) => expect.closeTo(share, 12)));
    expect(constant.variability).toBeCloseTo(0, 2);
  });

  test('of an exponential time a share that falls exponentially', () => {
    for (const ms of [10, 200, 1000]) expect(exponential.stillHeld(ms)).toBeCloseTo(Math.exp(-ms / 200), 9);
    expect(exponential.variability).toBeCloseTo(1, 2);
  });

  test('are for a long time those that hang', () => {
    const memory = memoryOf(scenarioOf({}, 'naive-hangs'), 300);
    expect(memory.longestMs).toBe(30_035);
    expect(memory.stillHeld(5000)).toBeCloseTo((0.8 * 0.01 * 25_035) / memory.holdingMs, 2);
    expect(memory.stillHeld(30_035)).toBe(0);
  });
});

describe('the correlation of neighbouring parts', () => {
  test('of a constant time S that is shorter than they are: S / (6L − 2S)', () => {
    for (const ms of [200, 400, 2000]) expect(constant.ofNeighbours(ms)).toBeCloseTo(200 / (6 * ms - 400), 3);
  });

  test('of an exponential time of mean m: (1 − e^(−L/m))² / 2(L/m − 1 + e^(−L/m))', () => {
    for (const lengths of [0.5, 1, 5, 50]) {
      const expected = (1 - Math.exp(-lengths)) ** 2 / (2 * (lengths - 1 + Math.exp(-lengths)));
      expect(exponential.ofNeighbours(200 * lengths)).toBeCloseTo(expected, 3);
    }
  });

  test('is nothing where nothing is held', () => {
    const idle = held({ kind: 'constant', valueMs: 0 });
    expect([idle.ofNeighbours(1000), idle.shortfall(0, 1000), idle.stillHeld(1)]).toEqual([0, 0, 0]);
  });
});

describe('what an empty start takes away', () => {
  test('of a constant time, half of it without a warm-up and nothing after it', () => {
    expect(constant.shortfall(0, 1000)).toBeCloseTo(0.1, 3);
    expect(constant.shortfall(200, 1000)).toBe(0);
  });

  test('of an exponential time it falls exponentially', () => {
    expect(exponential.shortfall(400, 1e5)).toBeCloseTo((200 * Math.exp(-2)) / 1e5, 5);
  });
});

describe('a queue', () => {
  const queue = (ratePerSecond: number, settings: Readonly<Record<string, unknown>> = {}) =>
    memoryOf(scenarioOf({ 'pods.workers': 1, ...settings }, 'pure-queue-mmc'), ratePerSecond);

  test('that is M/M/1 remembers 4ρ / μ(1 − ρ)², near saturation as good as the exact 2(1 + ρ) / μ(1 − ρ)²', () => {
    for (const load of [0.9, 0.95, 0.99]) {
      const exact = (2 * (1 + load) * 200) / (1 - load) ** 2; // of its number in the system
      expect(queue(5 * load).queueMs / exact).toBeCloseTo((2 * load) / (1 + load), 3);
    }
  });

  test('that is short forgets sooner, and one of no places at once', () => {
    expect(queue(5, { 'pods.queueCapacity': 9 }).queueMs).toBeCloseTo((4 * 100) / (Math.PI ** 2 * 0.01), -1);
    expect(queue(5, { 'pods.queueCapacity': 0 }).queueMs).toBe(0);
  });

  test('that grows takes as long to fill as its places, ÷ what comes too much', () => {
    expect(queue(10, { 'pods.queueCapacity': 99 }).fillMs).toBeCloseTo(100 / 0.005, 6);
    expect(queue(4).fillMs).toBe(0);
  });
});
