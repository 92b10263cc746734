import { describe, expect, test } from 'vitest';
import { follow, scenarioOf } from '../testing.ts';
import { BOUNCED, DEFERRED, HANG } from '../workload/workload.ts';

// Balancer 1.5 ms, INSERT 20 ms, UPDATE 15 ms, SELECT 5 ms, deadline 30 s; a planned send takes 100 ms to deliver.
const scenario = scenarioOf({});

test('the life of a send', () => {
  expect(follow(scenario, [{ atMs: 10 }]).life(0)).toEqual([
    'arrived 10',
    'admitted 11.5',
    'queryAsked 11.5',
    'queryBegun 11.5',
    'queryDone 31.5',
    'queryAnswered 31.5',
    'queryEnded 31.5',
    'deliveryBegun 31.5',
    'deliveryEnded 131.5',
    'queryAsked 131.5',
    'queryBegun 131.5',
    'queryDone 146.5',
    'queryAnswered 146.5',
    'queryEnded 146.5',
    'released 146.5',
    'departed 146.5',
  ]);
});

test('the life of a status query', () => {
  const { life, rows } = follow(scenario, [{ atMs: 10, kind: 'status' }]);
  expect(life(0)).toEqual([
    'arrived 10',
    'admitted 11.5',
    'queryAsked 11.5',
    'queryBegun 11.5',
    'queryDone 16.5',
    'queryAnswered 16.5',
    'queryEnded 16.5',
    'released 16.5',
    'departed 16.5',
  ]);
  expect(rows).toEqual({ pending: 0, sent: 0, failed: 0 });
});

describe('how the ISP ends it', () => {
  const DEADLINE = 1.5 + 20 + 30_000 + 15;
  test.each([
    ['250', {}, 'sent 136.5', { sent: 1, failed: 0 }],
    ['421, after the time that was drawn', { reply: DEFERRED }, 'failed 136.5', { sent: 0, failed: 1 }],
    ['550, after the time that was drawn', { reply: BOUNCED }, 'failed 136.5', { sent: 0, failed: 1 }],
    ['no reply', { reply: HANG }, `timedOut ${DEADLINE}`, { sent: 0, failed: 1 }],
    ['a reply just before the deadline', { smtpMs: 29_999.5 }, `sent ${DEADLINE - 0.5}`, { sent: 1, failed: 0 }],
    ['a reply at the deadline', { smtpMs: 30_000 }, `timedOut ${DEADLINE}`, { sent: 0, failed: 1 }],
    ['a reply after the deadline', { smtpMs: 80_000 }, `timedOut ${DEADLINE}`, { sent: 0, failed: 1 }],
  ])('%s', (_, send, answer, rows) => {
    const { answers, rows: found } = follow(scenario, [{ atMs: 0, ...send }]);
    expect(answers).toEqual([answer]);
    expect(found).toEqual({ pending: 0, ...rows });
  });
});

test('a send in flight has a pending row, which its UPDATE settles', () => {
  const rowsAt = (ms: number) => follow(scenario, [{ atMs: 0 }], ms).rows;
  expect(rowsAt(21.4)).toEqual({ pending: 0, sent: 0, failed: 0 });
  expect(rowsAt(21.5)).toEqual({ pending: 1, sent: 0, failed: 0 });
  expect(rowsAt(136.4)).toEqual({ pending: 1, sent: 0, failed: 0 });
  expect(rowsAt(136.5)).toEqual({ pending: 0, sent: 1, failed: 0 });
});

test('every figure comes from the scenario', () => {
  const other = scenarioOf({ 'balancer.latencyMs': 2, database: { insertMs: 30, updateMs: 25, selectMs: 7 }, 'smtp.timeoutMs': 1000 });
  const { answers } = follow(other, [{ atMs: 0 }, { atMs: 0, kind: 'status' }, { atMs: 0, reply: HANG }]);
  expect(answers).toEqual(['sent 157', 'statusAnswered 9', 'timedOut 1057']);
});

test('a worker is held from acceptance to response: the 51st request of a pod is rejected, the next after the first response is not', () => {
  const one = scenarioOf({ 'pods.count': 1, 'database.connectionsPerPod': 50 });
  const { answers } = follow(one, [...Array.from({ length: 51 }, () => ({ atMs: 0 })), { atMs: 134.5 }, { atMs: 135 }]);
  expect(answers).toEqual([...Array.from({ length: 50 }, () => 'sent 136.5'), 'rejected 1.5', 'rejected 136', 'sent 271.5']);
});
