import { expect, test } from 'vitest';
import { mean, variance } from '../../../sim/engine/distributions.ts';
import type { Callback, Found } from './attribution.ts';
import { activeMsOf, fitCosts, lognormal, scaled } from './fit.ts';

const callback = (name: Found, costMs: number, more: Partial<Callback> = {}): Callback => ({
  name,
  atMs: 0,
  endMs: costMs,
  costMs,
  firstMs: costMs,
  collectionsMs: [],
  offCpuMs: 0,
  woke: true,
  pieces: 1,
  interrupted: 0,
  parent: -1,
  messageId: null,
  ...more,
});

const direct = [
  'mxReply',
  'insertReply',
  'connected',
  'greeting',
  'ehloReply',
  'dataReply',
  'smtpReply',
  'deadline',
  'updateReply',
  'selectReply',
] as const;
/** Two of each: mean 1, sample variance 0.5. */
const pairs: readonly Callback[] = [
  ...direct.flatMap((name) => [callback(name, 0.5), callback(name, 1.5)]),
  callback('send', 4, { firstMs: 1 }),
  callback('send', 7, { firstMs: 2 }),
  callback('status', 2),
  callback('status', 8),
  callback('rejected', 2),
  callback('rejected', 3),
];

test('a lognormal has the mean and the variance that it is fitted to', () => {
  const cost = lognormal({ meanMs: 0.3, variance: 0.05 });
  expect(mean(cost)).toBeCloseTo(0.3, 12);
  expect(variance(cost)).toBeCloseTo(0.05, 12);
});

test('what begins in the middle of a callback is the whole less the head', () => {
  const { callbacks: fitted } = fitCosts(pairs);
  expect(mean(fitted.request.cost)).toBeCloseTo(1.5);
  expect(variance(fitted.request.cost)).toBeCloseTo(0.5);
  expect(mean(fitted.body.cost)).toBeCloseTo(4);
  expect(variance(fitted.body.cost)).toBeCloseTo(2);
  expect(mean(fitted.query.cost)).toBeCloseTo(5 - 1.5);
  expect(variance(fitted.query.cost)).toBeCloseTo(18 - 0.5);
  expect(mean(fitted.reject.cost)).toBeCloseTo(2.5 - 1.5);
  expect(variance(fitted.reject.cost)).toBeCloseTo(0.01); // 0.5 − 0.5, hence a tenth of the mean
  expect(mean(fitted.mxReply.cost)).toBeCloseTo(1);
  expect(variance(fitted.mxReply.cost)).toBeCloseTo(0.5);
  expect(fitted.mxReply.number).toBe(2);
});

test('collections are fitted apart, and the total is kept', () => {
  const collected = pairs.map((each, i) => (i === 0 ? { ...each, collectionsMs: [4, 6] } : each));
  const activeMs = pairs.reduce((sum, { costMs }) => sum + costMs, 0);
  const fits = fitCosts(collected);
  expect(fits.callbacks).toEqual(fitCosts(pairs).callbacks);
  expect(fits.collections).toMatchObject({ number: 2, everyMs: activeMs / 2 });
  expect(mean(fits.collections!.pauseMs)).toBeCloseTo(5);
  expect(variance(fits.collections!.pauseMs)).toBeCloseTo(2);
  const each = { sent: 2, timedOut: 0, statusAnswered: 2, rejected: 2 };
  const deadlines = 2 * fits.callbacks.deadline.cost.meanMs * (1 + 10 / activeMs);
  expect(activeMsOf(each, fits) + deadlines).toBeCloseTo(activeMs + 10);
  expect(fitCosts(pairs).collections).toBeNull();
});

test('every cost is scaled', () => {
  const it = callback('send', 4, { firstMs: 1, collectionsMs: [2], offCpuMs: 3 });
  expect(scaled(it, 0.5)).toEqual({ ...it, costMs: 2, firstMs: 0.5, collectionsMs: [1] });
});

test('a send that times out has a deadline in place of the final reply', () => {
  const fitted = fitCosts(pairs.map((each) => (each.name === 'deadline' ? { ...each, costMs: each.costMs + 10 } : each)));
  const none = { sent: 0, timedOut: 0, statusAnswered: 0, rejected: 0 };
  expect(activeMsOf({ ...none, timedOut: 3 }, fitted) - activeMsOf({ ...none, sent: 3 }, fitted)).toBeCloseTo(30);
  expect(activeMsOf({ ...none, statusAnswered: 2 }, fitted)).toBeCloseTo(2 * (5 + 1));
  expect(activeMsOf({ ...none, rejected: 2 }, fitted)).toBeCloseTo(2 * 2.5);
});

test('a callback that was never seen cannot be fitted', () => {
  expect(() => fitCosts(pairs.filter(({ name }) => name !== 'deadline'))).toThrow('no deadline was seen');
});
