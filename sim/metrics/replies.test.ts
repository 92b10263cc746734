import { expect, test } from 'vitest';
import { assemble, type Observe } from '../architectures/simulation.ts';
import { type Planned, plan, scenarioOf } from '../testing.ts';
import { HANG } from '../workload/workload.ts';
import { watchReplies } from './replies.ts';

const scenario = scenarioOf({
  'pods.workers': 1000,
  'smtp.isps': ['one', 'other'].map((name) => ({ name, share: 0.5, latencyMs: { kind: 'constant', valueMs: 100 } })),
  'smtp.timeoutMs': 5_000,
  'database.connectionsPerPod': 1000,
  'database.connections': 5000,
});

function watch(requests: readonly Planned[]) {
  let replies!: ReturnType<typeof watchReplies>;
  const observe: Observe = (calendar, columns) => {
    replies = watchReplies(calendar, columns, scenario);
    return [replies.observer];
  };
  const simulation = assemble(scenario, [observe], plan(requests));
  simulation.restart('plan', 1);
  return (ms: number) => {
    simulation.runUntil(ms);
    return replies.read();
  };
}

const INSERTED = 21.5; // ms after an arrival

test('percentiles of what the replies of each ISP took', () => {
  const requests = Array.from({ length: 200 }, (_, i) => ({ atMs: 0, smtpMs: 201 - (i + 1) }));
  const at = watch([...requests, { atMs: 0, isp: 1, reply: HANG }]);
  expect(at(INSERTED)).toEqual([null, null]);
  expect(at(INSERTED + 100)).toEqual([{ replies: 100, p50: 50, p99: 99 }, null]);
  expect(at(INSERTED + 4_999)[1]).toBeNull();
  expect(at(INSERTED + 5_000)[1]).toEqual({ replies: 1, p50: 5_000, p99: 5_000 });
});

test('only the latest 500 count, and none that is older than 10 s', () => {
  const at = watch(Array.from({ length: 900 }, (_, i) => ({ atMs: i, smtpMs: i < 200 ? 900 : 100 })));
  expect(at(3_000)[0]).toEqual({ replies: 500, p50: 100, p99: 900 });
  expect(at(1_099 + INSERTED + 9_999)[0]?.replies).toBe(1);
  expect(at(1_099 + INSERTED + 10_000)[0]).toBeNull();
});
