import { expect, test } from 'vitest';
import { follow, scenarioOf } from '../testing.ts';

const pool = (workers: number, queueCapacity: number) =>
  scenarioOf({ 'pods.count': 1, 'pods.workers': workers, 'pods.queueCapacity': queueCapacity });

test('who finds no worker waits, first come first served, and beyond the capacity of the queue is rejected', () => {
  const { answers, life, trace } = follow(pool(1, 2), [
    { atMs: 0 },
    { atMs: 1, kind: 'status' },
    { atMs: 2 },
    { atMs: 3 },
    { atMs: 141 },
    { atMs: 500 },
  ]);
  // The first holds the worker from 1.5 to 136.5, the query the next 5 ms, the second send 135 ms more.
  expect(answers).toEqual(['sent 136.5', 'statusAnswered 141.5', 'sent 276.5', 'rejected 4.5', 'sent 411.5', 'sent 636.5']);
  expect(life(2).slice(0, 4)).toEqual(['arrived 2', 'queued 3.5', 'admitted 141.5', 'queryAsked 141.5']);
  expect(trace.filter(({ moment }) => moment === 'queued').map(({ request }) => request)).toEqual([1, 2, 4]);
});

test('a place that was given up can be taken again at once', () => {
  // At 136.5 the first leaves, the second begins: the third, forwarded at the same instant but later, waits in its place.
  const { answers } = follow(pool(1, 1), [{ atMs: 0 }, { atMs: 1 }, { atMs: 135 }, { atMs: 135.5 }]);
  expect(answers).toEqual(['sent 136.5', 'sent 271.5', 'sent 406.5', 'rejected 137']);
});

test('without a queue, all workers busy is a 503 at once', () => {
  const { answers, life } = follow(pool(2, 0), [{ atMs: 0 }, { atMs: 0 }, { atMs: 0 }]);
  expect(answers).toEqual(['sent 136.5', 'sent 136.5', 'rejected 1.5']);
  expect(life(2)).toEqual(['arrived 0', 'departed 1.5']);
});

test('pods have workers and queues of their own', () => {
  const two = scenarioOf({ 'pods.count': 2, 'pods.workers': 1, 'pods.queueCapacity': 1 });
  const { answers } = follow(two, [{ atMs: 0, smtpMs: 500 }, { atMs: 1 }, { atMs: 2 }, { atMs: 3 }, { atMs: 4 }, { atMs: 5 }]);
  expect(answers).toEqual(['sent 536.5', 'sent 137.5', 'sent 671.5', 'sent 272.5', 'rejected 5.5', 'rejected 6.5']);
});
