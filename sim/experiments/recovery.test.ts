import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Fault } from '../../fixtures/schema.ts';
import type { Span } from '../metrics/flows.ts';
import { OUTCOMES, REJECTED, TIMED_OUT } from '../stations/requests.ts';
import { scenarioOf } from '../testing.ts';
import { recoveryTime, summariseRecovery } from './recovery.ts';
import { finish, prepare, type RunResult } from './simulate.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('the time until a service is itself again', () => {
  const fault = { kind: 'smtpOutage', atMs: 20_000, forMs: 10_000 } satisfies Fault;
  /** Spans of a second. */
  const series = (busy: (second: number) => number, rejected: (second: number) => number = () => 0, seconds = 60) =>
    Array.from({ length: seconds }, (_, second) => ({
      untilMs: 1000 * (second + 1),
      durationMs: 1000,
      busyWorkerMs: [busy(second) * 1000, 0],
      arrivals: 100,
      outcomes: OUTCOMES.map((_, i) => (i === REJECTED ? rejected(second) : 0)),
    })) as unknown as Span[];
  const usual = (second: number) => 50 + (second % 3); // 51 ± 3·0.8165 over the seconds 10 to 19

  test('ends with the fault where nothing lasts', () => {
    expect(recoveryTime(series(usual), [fault])).toBe(0);
  });

  test('lasts until occupancy is back within three deviations of before', () => {
    expect(
      recoveryTime(
        series((s) => (s >= 20 && s < 37 ? 250 : usual(s))),
        [fault],
      ),
    ).toBe(7000);
    expect(
      recoveryTime(
        series((s) => (s >= 20 && s < 37 ? 5 : usual(s))),
        [fault],
      ),
    ).toBe(7000);
    expect(
      recoveryTime(
        series((s) => (s >= 20 && s < 37 ? 53.4 : usual(s))),
        [fault],
      ),
    ).toBe(0); // within the band
    expect(
      recoveryTime(
        series((s) => (s >= 20 && s < 37 ? 53.5 : usual(s))),
        [fault],
      ),
    ).toBe(7000);
  });

  test('lasts until the 503 rate is back, too', () => {
    expect(
      recoveryTime(
        series(usual, (s) => (s >= 20 && s < 42 ? 1 : 0)),
        [fault],
      ),
    ).toBe(12_000);
  });

  test('five good spans in a row are needed', () => {
    expect(
      recoveryTime(
        series((s) => ((s >= 20 && s < 32) || s === 36 ? 250 : usual(s))),
        [fault],
      ),
    ).toBe(7000);
    expect(
      recoveryTime(
        series((s) => ((s >= 20 && s < 32) || s === 37 ? 250 : usual(s))),
        [fault],
      ),
    ).toBe(2000);
  });

  test('counts from the end of the last fault, with the bands from before the first', () => {
    const other = { kind: 'databaseDown', atMs: 35_000, forMs: 5_000 } satisfies Fault;
    for (const faults of [
      [fault, other],
      [other, fault],
    ])
      expect(
        recoveryTime(
          series((s) => (s >= 20 && s < 43 ? 250 : usual(s))),
          faults,
        ),
      ).toBe(3000);
  });

  test('the first half of the time before the fault is warm-up', () => {
    expect(
      recoveryTime(
        series((s) => (s < 10 ? 5 * s : s >= 20 && s < 37 ? 30 : usual(s))),
        [fault],
      ),
    ).toBe(7000);
  });

  test('is not known where it does not come back in time, nor where there is no band', () => {
    expect(
      recoveryTime(
        series((s) => (s >= 20 ? 250 : usual(s))),
        [fault],
      ),
    ).toBeNull();
    expect(
      recoveryTime(
        series((s) => (s >= 20 && s < 56 ? 250 : usual(s))),
        [fault],
      ),
    ).toBeNull(); // four spans are left
    expect(
      recoveryTime(
        series((s) => (s >= 20 && s < 55 ? 250 : usual(s))),
        [fault],
      ),
    ).toBe(25_000);
    expect(recoveryTime(series(usual), [{ ...fault, atMs: 8_000 }])).toBeNull(); // the seconds 4 to 7
    expect(recoveryTime(series(usual), [{ ...fault, atMs: 10_000 }])).toBe(0);
  });

  test('of replications: the mean over those that came back, and how many did', () => {
    const back = (until: number) => ({ series: series((s) => (s >= 20 && s < until ? 250 : usual(s))) });
    expect(summariseRecovery([fault], [back(33), back(99), back(37)])).toEqual({
      mean: 5000,
      halfWidth: expect.closeTo(12.7062047 * 2000, 0),
      recovered: 2,
      of: 3,
    });
    expect(summariseRecovery([fault], [back(99), { series: null }])).toEqual({ mean: null, halfWidth: null, recovered: 0, of: 2 });
    expect(summariseRecovery([], [back(33)])).toBeNull();
  });
});

describe('an outage of 60 s at 900 requests a second', () => {
  const BEGIN = 60_000;
  const END = 120_000;
  const MEASURE = 165_000; // of the scenario's 300 s: until the last to hang have left
  const scenario = scenarioOf({}, 'smtp-outage');
  const { faults } = scenario;
  const trace: { moment: string; request: number; atMs: number; outcome: number }[] = [];
  let result!: RunResult;
  beforeAll(() => {
    const run = prepare(scenario, {
      observers: [
        ({ clock }, { number, outcome }) => {
          const tell = (moment: string) => (request: number) =>
            void trace.push({ moment, request: number[request]!, atMs: clock[0], outcome: moment === 'departed' ? outcome[request]! : -1 });
          return [
            { admitted: tell('admitted'), deliveryBegun: tell('deliveryBegun'), released: tell('released'), departed: tell('departed') },
          ];
        },
      ],
    });
    result = finish(run({ seed: 1, replication: 0, ratePerSecond: 900, warmupMs: 0, measureMs: MEASURE, batches: 1, seriesMs: 1000 }));
  });
  const between = (moment: string, fromMs: number, toMs: number) =>
    trace.filter((entry) => entry.moment === moment && entry.atMs >= fromMs && entry.atMs < toMs);
  const span = (second: number) => result.series![second]!;
  const busy = (second: number) => span(second).busyWorkerMs.reduce((sum, ms) => sum + ms, 0) / 1000;

  test('the pools fill, and everything is rejected', () => {
    // 720 sends a second need 250 workers: about a third of a second, less those that are busy already.
    expect(busy(62)).toBeGreaterThan(249);
    for (let second = 66; second < 90; second++) {
      expect(busy(second)).toBeCloseTo(250, 9);
      expect(span(second).outcomes[REJECTED]! / span(second).arrivals).toBeGreaterThan(0.98);
    }
    expect(between('admitted', 70_000, BEGIN + 30_000)).toEqual([]);
  });

  test('the first workers come back 30 s after it began: the deadline of the first transaction that began in it, and its UPDATE', () => {
    const first = between('deliveryBegun', BEGIN, END)[0]!;
    const timedOut = trace.find(({ moment, outcome, atMs }) => moment === 'departed' && outcome === TIMED_OUT && atMs > BEGIN)!;
    expect(timedOut.request).toBe(first.request);
    expect(timedOut.atMs).toBeCloseTo(first.atMs + 30_000 + 15, 6);
    expect(first.atMs - BEGIN).toBeLessThan(20);
    expect(between('released', 70_000, END)[0]!.request).toBe(first.request);
  });

  test('no transaction that began in it is answered, and none that began after it times out', () => {
    const begun = new Map(trace.filter(({ moment }) => moment === 'deliveryBegun').map(({ request, atMs }) => [request, atMs]));
    const inIt = (request: number) => begun.get(request)! >= BEGIN && begun.get(request)! < END;
    const ended = between('departed', BEGIN, MEASURE).filter(({ request }) => begun.has(request));
    expect(ended.every(({ request, outcome }) => (outcome === TIMED_OUT) === inIt(request))).toBe(true);
    expect(ended.filter(({ outcome }) => outcome === TIMED_OUT)).toHaveLength(2 * 250); // every worker hangs from about 60 s and again from about 90 s on
  });

  test('the last to hang leave 30 s after its end at the latest', () => {
    const last = trace.findLast(({ outcome }) => outcome === TIMED_OUT)!;
    expect(last.atMs).toBeLessThan(END + 30_000 + 15 + 15); // perhaps a wait for a connection
    expect(last.atMs).toBeGreaterThan(END);
  });

  test('its recovery time is reported, and is what the series shows', () => {
    const recovery = summariseRecovery(faults, [result])!;
    expect(recovery).toMatchObject({ recovered: 1, of: 1 });
    // Those that hang since 90 s, when the first came back, leave at 120 s and soon after; from then on all goes well.
    const second = (END + recovery.mean!) / 1000;
    for (let s = second; s < second + 5; s++) expect(span(s).outcomes[REJECTED]! / span(s).arrivals).toBeLessThan(0.01);
    expect(busy(second - 1) > 1.2 * busy(50) || span(second - 1).outcomes[REJECTED]! > 0).toBe(true);
    expect(recovery.mean).toBeLessThanOrEqual(30_000);
  });

  test('every request of it is accounted for', () => {
    const { flows } = result.batches[0]!;
    for (const [i, count] of flows.outcomes.entries()) expect(count).toBe(trace.filter(({ outcome }) => outcome === i).length);
    expect(result.rows.failed).toBe(between('departed', 0, Infinity).filter(({ outcome }) => outcome === TIMED_OUT).length);
  });
});
