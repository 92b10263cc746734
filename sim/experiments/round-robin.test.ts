import { beforeAll, expect, test, vi } from 'vitest';
import { rejectedShare } from '../metrics/flows.ts';
import { assertInside, controlledInterval, relativeHalfWidth, replicationsOf, scenarioOf } from '../testing.ts';
import { gimBlocking } from '../theory/gim.ts';

// Round-robin over five pods gives each Erlang-5 interarrival times: GI/M/50/50, 1/B = Σ C(c,j) Π (1 − φ(iμ)) / φ(iμ).
vi.setConfig({ testTimeout: 60_000 });
let replicate!: Awaited<ReturnType<typeof replicationsOf>>;
beforeAll(async () => {
  vi.resetModules();
  replicate = await replicationsOf(scenarioOf({}, 'pure-round-robin'));
});

test.each([
  { a: 40, blocking: 0.006053, count: 80, within: 0.07 },
  { a: 45, blocking: 0.032302, count: 40, within: 0.025 },
  { a: 50, blocking: 0.08192, count: 30, within: 0.015 },
  { a: 60, blocking: 0.200459, count: 20, within: 0.012 },
])('$a erlangs a pod: $blocking are rejected', ({ a, blocking, count, within }) => {
  expect(gimBlocking(50, a, 5)).toBeCloseTo(blocking, 6);
  const measured = replicate({ ratePerSecond: (a * 5) / 0.2, count, warmupMs: 3_000, measureMs: 50_000 });
  const rates = measured.map(({ flows }) => rejectedShare(flows)!);
  const interval = controlledInterval(
    rates,
    measured.map(({ offered }) => offered),
    a * 5,
  );
  assertInside(gimBlocking(50, a, 5), interval);
  expect(relativeHalfWidth(interval)).toBeLessThan(within); // the test would see so small an error
});
