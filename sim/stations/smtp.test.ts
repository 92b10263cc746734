import { describe, expect, test } from 'vitest';
import { assertInside, binomialInterval, follow, type Planned, scenarioOf } from '../testing.ts';
import { BOUNCED, DEFERRED, HANG } from '../workload/workload.ts';

const isps = ['one', 'other'].map((name) => ({ name, share: 0.5, latencyMs: { kind: 'constant', valueMs: 100 } }));
const scenario = (...faults: object[]) => scenarioOf({ 'smtp.isps': isps, faults });

/** A send whose transaction begins at an instant: 1.5 ms of the balancer and 20 ms of the INSERT later than it arrives. */
const delivery = (beginMs: number, more: Partial<Planned> = {}): Planned => ({ atMs: beginMs - 21.5, ...more });
const UPDATE_MS = 15;
const answersOf = (faults: object[], ...sends: Planned[]) => follow(scenario(...faults), sends).answers;

describe('smtpOutage', () => {
  const outage = { kind: 'smtpOutage', atMs: 1000, forMs: 500 };

  test('transactions that begin in it hang to the deadline, even if it ends before', () => {
    const { answers, rows } = follow(scenario(outage), [delivery(1000), delivery(1499.5), delivery(1499.5, { isp: 1, reply: BOUNCED })]);
    expect(answers).toEqual(['timedOut 31015', 'timedOut 31514.5', 'timedOut 31514.5']);
    expect(rows).toEqual({ pending: 0, sent: 0, failed: 3 });
  });

  test('those in flight finish, and those after it know nothing of it', () => {
    expect(answersOf([outage], delivery(999.5, { smtpMs: 200 }), delivery(999.5, { smtpMs: 5000 }), delivery(1500))).toEqual([
      `sent ${1199.5 + UPDATE_MS}`,
      `sent ${5999.5 + UPDATE_MS}`,
      `sent ${1600 + UPDATE_MS}`,
    ]);
  });

  test('of one ISP leaves the others alone', () => {
    expect(answersOf([{ ...outage, isp: 'other' }], delivery(1200), delivery(1200, { isp: 1 }))).toEqual(['sent 1315', 'timedOut 31215']);
  });
});

describe('ispSlow', () => {
  const slow = { kind: 'ispSlow', atMs: 1000, forMs: 500, factor: 10 };

  test('transactions that begin in it take factor times their latency', () => {
    expect(answersOf([slow], delivery(999.5), delivery(1000), delivery(1499.5, { reply: DEFERRED }), delivery(1500))).toEqual([
      'sent 1114.5',
      'sent 2015',
      'failed 2514.5',
      'sent 1615',
    ]);
  });

  test('the deadline stands', () => {
    expect(answersOf([slow], delivery(1000, { smtpMs: 3000 }), delivery(1000, { smtpMs: 2999.5 }))).toEqual([
      'timedOut 31015',
      'sent 31010',
    ]);
  });

  test('of one ISP leaves the others alone', () => {
    expect(answersOf([{ ...slow, isp: 'one' }], delivery(1200), delivery(1200, { isp: 1 }))).toEqual(['sent 2215', 'sent 1315']);
  });
});

describe('ispThrottle', () => {
  const throttle = { kind: 'ispThrottle', atMs: 1000, forMs: 500, share: 0.4 };

  test('answers its share of the transactions that begin in it 421, after their latency', () => {
    const [below, above] = [{ throttle: 0.399 }, { throttle: 0.4 }];
    expect(answersOf([throttle], delivery(1000, below), delivery(1000, above), delivery(1499.5, below), delivery(1500, below))).toEqual([
      'failed 1115',
      'sent 1115',
      'failed 1614.5',
      'sent 1615',
    ]);
    expect(answersOf([throttle], delivery(999.5, below))).toEqual(['sent 1114.5']);
  });

  test('what would have hung is answered as well', () => {
    const [below, above] = [0.399, 0.4].map((throttle) => delivery(1000, { throttle, reply: HANG }));
    expect(answersOf([throttle], below!, above!)).toEqual(['failed 1115', 'timedOut 31015']);
  });

  test('of one ISP leaves the others alone', () => {
    expect(answersOf([{ ...throttle, isp: 'one', share: 1 }], delivery(1200), delivery(1200, { isp: 1 }))).toEqual([
      'failed 1315',
      'sent 1315',
    ]);
  });

  test('its share of many', () => {
    const sends = Array.from({ length: 20_000 }, (_, i) => delivery(2000 + 10 * i, { throttle: ((i * 7919) % 20_000) / 20_000 }));
    const answers = answersOf([{ ...throttle, forMs: 1e6 }], ...sends);
    assertInside(answers.filter((answer) => answer?.startsWith('failed')).length / 20_000, binomialInterval(0.4, 20_000));
  });
});

describe('together', () => {
  const faults = [
    { kind: 'ispSlow', atMs: 1000, forMs: 1000, factor: 3, isp: 'one' },
    { kind: 'ispThrottle', atMs: 1500, forMs: 1000, share: 1 },
    { kind: 'smtpOutage', atMs: 1800, forMs: 400, isp: 'one' },
  ];
  test.each([
    [1400, 0, 'sent 1715'], // slow
    [1400, 1, 'sent 1515'],
    [1600, 0, 'failed 1915'], // slow and throttled
    [1600, 1, 'failed 1715'],
    [1900, 0, 'timedOut 31915'], // out as well
    [1900, 1, 'failed 2015'],
    [2100, 0, 'timedOut 32115'], // slow no more
    [2300, 0, 'failed 2415'], // throttled only
    [2500, 0, 'sent 2615'],
  ])('a transaction that begins at %i with ISP %i', (beginMs, isp, answer) => {
    expect(answersOf(faults, delivery(beginMs, { isp, throttle: 0.5 }))).toEqual([answer]);
  });

  test('the same fault of two ISPs at once: the end of one is not the end of the other', () => {
    const both = [
      { kind: 'smtpOutage', atMs: 1000, forMs: 1000, isp: 'one' },
      { kind: 'smtpOutage', atMs: 1500, forMs: 1000, isp: 'other' },
    ];
    expect(answersOf(both, delivery(1400, { isp: 1 }), delivery(2100), delivery(2100, { isp: 1 }))).toEqual([
      'sent 1515',
      'sent 2215',
      'timedOut 32115',
    ]);
  });
});
