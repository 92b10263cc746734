import { expect, test } from 'vitest';
import { assemble, type Observe } from '../architectures/simulation.ts';
import { type Planned, plan, scenarioOf } from '../testing.ts';
import { BOUNCED, HANG } from '../workload/workload.ts';
import { watchTroubles } from './troubles.ts';

const small = {
  'pods.count': 2,
  'pods.workers': 2,
  'database.connectionsPerPod': 2,
  'smtp.timeoutMs': 1_000,
  'smtp.isps': ['one', 'other'].map((name) => ({ name, share: 0.5, latencyMs: { kind: 'constant', valueMs: 100 } })),
};

/** The log after some ms, settled every 10 ms as the history's spans are. */
function logOf(settings: Readonly<Record<string, unknown>>, requests: readonly Planned[], untilMs = 5_000) {
  const scenario = scenarioOf({ ...small, ...settings });
  let troubles!: ReturnType<typeof watchTroubles>;
  const observe: Observe = (calendar, columns) => {
    troubles = watchTroubles(calendar, columns, scenario);
    return [troubles.observer];
  };
  const simulation = assemble(scenario, [observe], plan(requests));
  simulation.restart('plan', 1);
  for (let ms = 10; ms <= untilMs; ms += 10) {
    simulation.runUntil(ms);
    troubles.settle();
  }
  return troubles
    .log()
    .map(({ atMs, kind, subject, ended }) => `${atMs} ${kind} ${subject}${ended === null ? '' : ` ${JSON.stringify(ended)}`}`);
}
const many = (n: number, request: Planned): Planned[] => Array.from({ length: n }, () => request);

test('pods that are full and requests that are rejected are told of once each, and again when it is over', () => {
  expect(logOf({}, many(8, { atMs: 0 }))).toEqual([
    '1.5 full 0',
    '1.5 full 1',
    '1.5 rejected 0',
    '1.5 rejected 1',
    '2010 rejected 0 {"times":2,"fromMs":1.5,"toMs":1.5}',
    '2010 rejected 1 {"times":2,"fromMs":1.5,"toMs":1.5}',
  ]);
});

test('what happens anew after two quiet seconds is told of anew', () => {
  const log = logOf({ 'pods.count': 1 }, [...many(3, { atMs: 0 }), ...many(3, { atMs: 1_990 }), ...many(3, { atMs: 4_200 })]);
  expect(log.filter((line) => line.includes('rejected'))).toEqual([
    '1.5 rejected 0',
    '4000 rejected 0 {"times":2,"fromMs":1.5,"toMs":1991.5}',
    '4201.5 rejected 0',
  ]);
});

test('waiting for a worker, and for a connection', () => {
  const log = logOf({ 'pods.count': 1, 'pods.queueCapacity': 5, 'database.connectionsPerPod': 1 }, many(3, { atMs: 0 }));
  expect(log.slice(0, 3)).toEqual(['1.5 full 0', '1.5 connections null', '1.5 queued 0']);
});

test('deadlines that pass and negative replies, of each ISP', () => {
  expect(
    logOf({}, [
      { atMs: 0, isp: 1, reply: HANG },
      { atMs: 0, reply: BOUNCED },
    ]),
  ).toEqual(['121.5 negativeReply 0', '1021.5 timedOut 1']);
});

test('a pod that crashes, and no pod at all', () => {
  const faults = [0, 1].map((pod) => ({ kind: 'podCrash', atMs: 50, forMs: 100, pod }));
  expect(logOf({ faults }, [{ atMs: 0 }, { atMs: 0 }, { atMs: 60 }])).toEqual(['50 aborted 0', '50 aborted 1', '61.5 unserved null']);
});

test('a database that is down, and a balancer without connections', () => {
  const faults = [{ kind: 'databaseDown', atMs: 50, forMs: 2_000 }];
  expect(logOf({ faults }, [{ atMs: 0 }, { atMs: 60 }, { atMs: 60, kind: 'status' }], 200)).toEqual([
    '61.5 full 0',
    '61.5 statementFailed null',
  ]);
  expect(logOf({ 'balancer.maxConnections': 1 }, many(3, { atMs: 0 }), 100)).toEqual(['0 refused null']);
});
