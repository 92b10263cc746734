import { describe, expect, test, vi } from 'vitest';
import type { Scenario } from '../../fixtures/schema.ts';
import { assertInside, average, binomialInterval, interval, meanInterval, scenarioOf } from '../testing.ts';
import { ACCEPTED, BOUNCED, DEFERRED, drawWorkload, HANG, SEND, STATUS, type Workload } from './workload.ts';

vi.setConfig({ testTimeout: 60_000 });

const FIELDS = ['atMs', 'kind', 'isp', 'smtpMs', 'reply', 'throttle', 'asksFor'] as const;
type Row = Record<(typeof FIELDS)[number], number>;

/** The next n requests of a workload. */
function take(workload: Workload, n: number): Row[] {
  return Array.from({ length: n }, () => {
    const row = workload.next();
    return Object.fromEntries(FIELDS.map((field) => [field, workload[field][row]!])) as Row;
  });
}

function draw(scenario: Scenario, n: number, seed = '42/0', ratePerSecond = 900): Row[] {
  const workload = drawWorkload(scenario);
  workload.restart(seed, ratePerSecond);
  return take(workload, n);
}

const isp = (name: string, share: number, meanMs: number, more = {}) => ({
  name,
  share,
  latencyMs: { kind: 'lognormal', meanMs, sigma: 0.5 },
  ...more,
});
const isps = [isp('a', 0.5, 80, { deferredShare: 0.1, bouncedShare: 0.2, hangShare: 0.05 }), isp('b', 0.3, 150), isp('c', 0.2, 500)];
const scenario = scenarioOf({ 'smtp.isps': isps });
const N = 300_000;
const rows = draw(scenario, N);
const sends = rows.filter(({ kind }) => kind === SEND);
const share = (among: Row[], is: (row: Row) => boolean) => among.filter(is).length / among.length;

describe('shares', () => {
  test('80% sends, 20% status queries', () => {
    assertInside(
      share(rows, ({ kind }) => kind === SEND),
      binomialInterval(0.8, N),
    );
    expect(rows.every(({ kind }) => kind === SEND || kind === STATUS)).toBe(true);
  });

  test.each(isps.map(({ share }, i) => [i, share]))('ISP %i gets %d of the sends', (i, expected) => {
    assertInside(
      share(sends, (row) => row.isp === i),
      binomialInterval(expected, sends.length),
    );
  });

  test.each([
    [ACCEPTED, 0.65],
    [DEFERRED, 0.1],
    [BOUNCED, 0.2],
    [HANG, 0.05],
  ])('reply %i comes to %d of the sends to an ISP that has its share of each', (reply, expected) => {
    const toFirst = sends.filter((row) => row.isp === 0);
    assertInside(
      share(toFirst, (row) => row.reply === reply),
      binomialInterval(expected, toFirst.length),
    );
  });

  test('an ISP without failures accepts everything', () => {
    expect(
      share(
        sends.filter((row) => row.isp > 0),
        ({ reply }) => reply === ACCEPTED,
      ),
    ).toBe(1);
  });

  test.each([0.1, 0.5])('%d of the sends would be hit by a throttle of that share', (s) => {
    assertInside(
      share(sends, ({ throttle }) => throttle < s),
      binomialInterval(s, sends.length),
    );
  });

  test('nothing but sends where the mix has nothing else', () => {
    expect(draw(scenarioOf({ 'arrivals.mix': { send: 1, status: 0 } }), 10_000).every(({ kind }) => kind === SEND)).toBe(true);
  });
});

test.each(isps.map(({ latencyMs }, i) => [i, latencyMs.meanMs]))('latencies of ISP %i have the mean %d ms', (i, meanMs) => {
  const latencies = sends.filter((row) => row.isp === i).map(({ smtpMs }) => smtpMs);
  assertInside(average(latencies), meanInterval(meanMs, meanMs * Math.sqrt(Math.expm1(0.25)), latencies.length));
});

test('what is drawn for one purpose says nothing of another', () => {
  const pairs: [string, (row: Row) => number, (row: Row) => number][] = [
    ['isp and gap', ({ isp }) => isp, (row) => row.atMs - (rows[rows.indexOf(row) - 1]?.atMs ?? 0)],
    ['latency and throttle', ({ smtpMs }) => smtpMs, ({ throttle }) => throttle],
    ['latency and reply', ({ smtpMs }) => smtpMs, ({ reply }) => reply],
    ['throttle and reply', ({ throttle }) => throttle, ({ reply }) => reply],
  ];
  const some = sends.filter((row) => row.isp === 0).slice(0, 5_000);
  for (const [, one, other] of pairs) {
    const [x, y] = [some.map(one), some.map(other)];
    const [mx, my] = [average(x), average(y)];
    const products = x.map((value, i) => (value - mx) * (y[i]! - my));
    assertInside(0, interval(products));
  }
});

describe('status queries', () => {
  const RECENT = 10_000;
  const queries: { age: number; sent: number }[] = [];
  let sent = 0;
  for (const { kind, asksFor } of rows) {
    if (kind === SEND) sent++;
    else queries.push({ age: sent - asksFor, sent });
  }

  test('ask for one of the sends before them, at most 10,000 back, or for none (-1) where there was none', () => {
    for (const { age, sent } of queries) {
      const least = sent === 0 ? 1 : Math.max(1, age);
      expect(Number.isInteger(age) && age >= least && age <= Math.max(1, Math.min(sent, RECENT))).toBe(true);
    }
  });

  test('before the first send ask for none', () => {
    const workload = drawWorkload(scenarioOf({ 'arrivals.mix': { send: 0.01, status: 0.99 } }));
    workload.restart('42/0', 900);
    const first = take(workload, 2_000);
    const firstSend = first.findIndex(({ kind }) => kind === SEND);
    expect(firstSend).toBeGreaterThan(0);
    expect(first.slice(0, firstSend).every(({ asksFor }) => asksFor === -1)).toBe(true);
    expect(first[first.findIndex(({ kind }, i) => i > firstSend && kind === STATUS)]).toMatchObject({ asksFor: 0 });
  });

  test('each of the 10,000 is as likely', () => {
    const ages = queries.filter(({ sent }) => sent >= RECENT).map(({ age }) => age);
    assertInside(average(ages), meanInterval((RECENT + 1) / 2, RECENT / Math.sqrt(12), ages.length));
    assertInside(ages.filter((age) => age <= 1_000).length / ages.length, binomialInterval(0.1, ages.length));
  });
});

describe('common random numbers', () => {
  /** What the service is asked, without the instants; a field that says nothing of a kind is left out. */
  const demands = (some: Row[]) =>
    some.map(({ kind, isp, smtpMs, reply, throttle, asksFor }) => (kind === SEND ? [isp, smtpMs, reply, throttle] : [asksFor]));

  test('at another rate come the same requests, sooner or later', () => {
    const fast = draw(scenario, 20_000, '42/0', 1800);
    expect(demands(fast)).toEqual(demands(rows.slice(0, 20_000)));
    for (const [i, { atMs }] of fast.entries()) expect(rows[i]!.atMs / atMs).toBeCloseTo(2, 9);
  });

  test('another seed gives other requests', () => {
    expect(draw(scenario, 100, '42/1')).not.toEqual(rows.slice(0, 100));
    expect(draw(scenario, 100, '43/0')).not.toEqual(rows.slice(0, 100));
  });

  test("one ISP's latency disturbs nothing else", () => {
    const changed = scenarioOf({ 'smtp.isps': [isps[0], { ...isps[1], latencyMs: { kind: 'erlang', meanMs: 150, shape: 3 } }, isps[2]] });
    const others = (some: Row[]) => some.map((row) => (row.isp === 1 && row.kind === SEND ? { ...row, smtpMs: 0 } : row));
    expect(demands(others(draw(changed, 20_000)))).toEqual(demands(others(rows.slice(0, 20_000))));
    expect(draw(changed, 20_000)).not.toEqual(rows.slice(0, 20_000));
  });

  test("one ISP's failures disturb nothing else, and more of them keep those that there were", () => {
    const changed = scenarioOf({ 'smtp.isps': [{ ...isps[0], hangShare: 0.15 }, isps[1], isps[2]] });
    const others = (some: Row[]) => some.map((row) => (row.isp === 0 && row.kind === SEND ? { ...row, reply: 0 } : row));
    const more = draw(changed, 20_000);
    expect(demands(others(more))).toEqual(demands(others(rows.slice(0, 20_000))));
    expect(more.every(({ kind, isp, reply }, i) => kind !== SEND || isp !== 0 || rows[i]!.reply !== HANG || reply === HANG)).toBe(true);
  });

  test('an ISP that goes, or stands elsewhere in the list, disturbs no latency of another: its n-th send takes the same time', () => {
    const latencies = (list: object[], name: string) => {
      const each = scenarioOf({ 'smtp.isps': list });
      const i = each.smtp.isps.findIndex((one) => one.name === name);
      return draw(each, 20_000)
        .filter((row) => row.kind === SEND && row.isp === i)
        .map(({ smtpMs }) => smtpMs)
        .slice(0, 1_500);
    };
    const before = latencies(isps, 'b');
    expect(before).toHaveLength(1_500);
    expect(latencies([isps[2]!, { ...isps[1]!, share: 0.3 }, isps[0]!], 'b')).toEqual(before);
    expect(latencies([{ ...isps[1]!, share: 0.8 }, isps[2]!], 'b')).toEqual(before);
  });

  test('another mix of kinds disturbs no latency of an ISP: its n-th send takes the same time', () => {
    const [few, all] = [scenarioOf({ 'smtp.isps': isps }), scenarioOf({ 'smtp.isps': isps, 'arrivals.mix': { send: 1, status: 0 } })].map(
      (each) =>
        draw(each, 20_000)
          .filter((row) => row.kind === SEND && row.isp === 1)
          .map(({ smtpMs }) => smtpMs),
    );
    expect(all!.slice(0, few!.length)).toEqual(few);
  });
});

test('a workload restarted gives the same again, whatever it gave before', () => {
  const workload = drawWorkload(scenario);
  workload.restart('1/1', 50);
  take(workload, 3_333);
  workload.restart('42/0', 900);
  const again = take(workload, 5_000);
  const clean = (row: Row) => (row.kind === SEND ? { ...row, asksFor: 0 } : { ...row, isp: 0, smtpMs: 0, reply: 0 }); // the rest has no meaning
  expect(again.map(clean)).toEqual(rows.slice(0, 5_000).map(clean));
});
