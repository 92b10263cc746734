import { expect, test } from 'vitest';
import { connectionLimit } from '../metrics/flows.ts';
import { scenarioOf } from '../testing.ts';
import { ceilings, meanDeliveryMs } from './bottleneck.ts';

test('naive: the pools give way first, at 250 ÷ 0.189 s of holding time a request; the database would be 38% busy there', () => {
  const [first, ...others] = ceilings(scenarioOf({}));
  // 0.8 · (20 + 200 + 15) + 0.2 · 5 = 189 ms; the deadline takes less than 0.01 ms off the mean of the ISPs
  expect(first).toMatchObject({ station: 'pools', servers: 250, utilisationAtFirst: 1 });
  expect(first.holdingMs).toBeCloseTo(189, 1);
  expect(first.ceilingPerSecond).toBeCloseTo(1323, 0);
  const database = others.find(({ station }) => station === 'database')!;
  expect(database.holdingMs).toBeCloseTo(0.8 * 35 + 0.2 * 5, 9);
  expect(database.ceilingPerSecond).toBeCloseTo(100_000 / 29, 6);
  expect(database.utilisationAtFirst).toBeCloseTo(0.384, 3);
});

test('stations stand in the order in which they give way', () => {
  const tight = scenarioOf({ 'database.connections': 20 });
  expect(ceilings(tight).map(({ station }) => station)).toEqual(['database', 'pools', 'balancer']);
  expect(ceilings(scenarioOf({ 'balancer.maxConnections': 100 }))[0].station).toBe('balancer');
});

test('callbacks hold workers and loops; those of the conversation with the exchanger only loops', () => {
  const constant = (valueMs: number) => ({ kind: 'constant', valueMs });
  const costs = { request: 1, body: 2, ehloReply: 4, updateReply: 8, query: 16, reject: 100, deadline: 100, databaseError: 100 };
  const callbacks = Object.fromEntries(Object.entries(costs).map(([name, ms]) => [name, constant(ms)]));
  const stations = ceilings(scenarioOf({ 'pods.eventLoop': { callbacks } }));
  expect(stations[0]).toMatchObject({ station: 'event loops', servers: 5 });
  expect(stations[0].holdingMs).toBeCloseTo(1 + 0.8 * (2 + 4 + 8) + 0.2 * 16, 9);
  expect(stations.find(({ station }) => station === 'pools')!.holdingMs).toBeCloseTo(189 + 0.8 * (2 + 8) + 0.2 * 16, 1);
});

test('connections that can be busy are the smaller of the limit and what the pods have', () => {
  expect(connectionLimit(scenarioOf({ 'database.connections': 70 }))).toBe(70);
  expect(connectionLimit(scenarioOf({ 'database.connectionsPerPod': 10 }))).toBe(50);
});

test('hangs, and what is slower than the deadline, take the deadline', () => {
  const isp = (more: object) => ({ name: 'a', share: 1, latencyMs: { kind: 'constant', valueMs: 100 }, ...more });
  expect(meanDeliveryMs(scenarioOf({ 'smtp.isps': [isp({ hangShare: 0.01 })] }).smtp)).toBeCloseTo(0.99 * 100 + 0.01 * 30_000, 9);
  expect(meanDeliveryMs(scenarioOf({ 'smtp.isps': [isp({ latencyMs: { kind: 'constant', valueMs: 50_000 } })] }).smtp)).toBe(30_000);
});
