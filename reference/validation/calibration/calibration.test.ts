import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadScenario } from '../../../fixtures/scenario.ts';
import { startWorld, type World } from '../../harness/world.ts';
import { measure, probe } from './measure.ts';

const scenario = loadScenario({
  set: ['pods.count=1', 'pods.workers=8', 'database.connections=4', 'database.connectionsPerPod=4', 'smtp.timeoutMs=2500'],
});
const hanging = { ...scenario, smtp: { ...scenario.smtp, isps: scenario.smtp.isps.map((isp) => ({ ...isp, hangShare: 0.05 })) } };

let world: World;
beforeAll(async () => {
  world = await startWorld({ scenario, stretch: 1, database: 'emulated', tls: false, podPreload: probe });
});
afterAll(() => world?.stop());

test('every callback of every request is recognised, twice in the same process', async () => {
  for (const seed of ['1/0', '2/0']) {
    const spec = { scenario: hanging, seed, ratePerSecond: 60, recorded: true, warmupMs: 500, measureMs: 3000 };
    const { outcomes, recorded } = await measure(world, spec);
    const { sent, timedOut, statusAnswered, rejected, ...others } = outcomes;
    for (const number of [sent, timedOut, statusAnswered, rejected]) expect(number).toBeGreaterThan(0);
    for (const number of Object.values(others)) expect(number).toBe(0);

    const { operation, other, ...numbers } = Object.fromEntries(recorded!.numbers);
    const begun = sent + timedOut;
    expect(numbers).toEqual({
      send: begun,
      mxReply: begun,
      insertReply: begun,
      connected: begun,
      greeting: begun,
      ehloReply: begun,
      dataReply: begun,
      smtpReply: sent,
      deadline: timedOut,
      updateReply: begun,
      status: statusAnswered,
      selectReply: statusAnswered,
      rejected,
    });
    expect(operation).toBe(2); // the readings of the pod's counters
    expect(recorded!.callbacks.every(({ costMs, firstMs }) => costMs >= firstMs && firstMs >= 0)).toBe(true);
    expect(recorded!.excesses.insert.length).toBeGreaterThan(0);
    expect(recorded!.excesses.smtp.length).toBeGreaterThan(0);
  }
});

test('without recording the pod is asked nothing', async () => {
  const spec = { scenario, seed: '3/0', ratePerSecond: 20, recorded: false, warmupMs: 200, measureMs: 800 };
  const { recorded, utilisation } = await measure(world, spec);
  expect(recorded).toBeNull();
  expect(utilisation).toBeGreaterThan(0);
});
