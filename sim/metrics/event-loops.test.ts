import { expect, test } from 'vitest';
import type { Distribution } from '../../fixtures/schema.ts';
import { assemble, type Observe } from '../architectures/simulation.ts';
import { type Planned, plan, scenarioOf } from '../testing.ts';
import { meterLoops } from './event-loops.ts';
import { type Histogram, histogramMean, percentile } from './histogram.ts';

/** The delays that the probe of a pod sees until an instant, of requests whose bodies take so long to read. */
function delaysOf(bodyMs: number, requests: readonly Planned[], untilMs: number): Histogram {
  const body: Distribution = { kind: 'constant', valueMs: bodyMs };
  const scenario = scenarioOf({ 'pods.count': 1, 'pods.eventLoop': { callbacks: { body } } });
  let meter!: ReturnType<typeof meterLoops>;
  const observe: Observe = (calendar, columns) => {
    meter = meterLoops(calendar, columns, scenario);
    return [meter.observer];
  };
  const simulation = assemble(scenario, [observe], plan(requests));
  simulation.restart('plan', 1);
  simulation.runUntil(untilMs);
  return meter.readDelays()[0]!;
}

test('a loop that sleeps is never late: one sample every 10 ms', () => {
  const delays = delaysOf(0, [], 1000);
  expect(delays.size).toBe(100);
  expect(delays.sum).toBe(0);
});

test('a callback that runs when the probe is due makes it late by what is left of it; from then on it counts anew', () => {
  // The body is read from 15 to 48 ms: the probe of 20 fires at 48, 38 ms after that of 10; the next are due at 58, 68 …
  const delays = delaysOf(33, [{ atMs: 13.5 }], 100);
  expect(delays.size).toBe(1 + 1 + 5);
  expect(delays.sum).toBe(28);
});

test('a batch of callbacks delays it to the end of the batch', () => {
  // While the first body is read, from 15 to 35 ms, two more requests come: their headers, then their bodies are one batch each.
  const delays = delaysOf(20, [{ atMs: 13.5 }, { atMs: 15 }, { atMs: 16 }], 200);
  // Fires at 35 (due 20), after the headers, which cost nothing; then due 45: at 75, after both bodies.
  expect(delays.sum).toBeCloseTo(15 + 30, 9);
  expect(percentile(delays, 1)).toBeGreaterThan(29.7);
});

test('poll sleeps for whole ms from when it was entered, so the probe keeps the fraction of the callback before it', () => {
  // The body ends at 15.5: poll is entered then, and wakes at 20.5 for what is due at 20.
  const delays = delaysOf(0.5, [{ atMs: 13.5 }], 100.5);
  expect(delays.size).toBe(10);
  expect(histogramMean(delays)).toBeCloseTo(0.05, 9);
});
