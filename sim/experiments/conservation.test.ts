import { describe, expect, test, vi } from 'vitest';
import { scenarioNames } from '../../fixtures/scenario.ts';
import { occupancy } from '../metrics/flows.ts';
import { mergeHistograms } from '../metrics/histogram.ts';
import { OUTCOMES, REFUSED, REJECTED, STATUS_ANSWERED } from '../stations/requests.ts';
import { scenarioOf } from '../testing.ts';
import { summarise } from './point.ts';
import { finish, prepare } from './simulate.ts';

// What holds exactly in every run of every bundled scenario, up to rounding. Each is run from an empty service, for a while.
const MEASURE_MS = 40_000;
const SPIKE_AND_OUTAGE_MS = 100_000;
vi.setConfig({ testTimeout: 60_000 });

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

describe.each(scenarioNames())('%s', (name) => {
  const scenario = scenarioOf({}, name);
  const transient = scenario.faults.length > 0 || scenario.arrivals.rateSteps.length > 0;
  const measureMs = scenario.arrivals.ratePerSecond < 10 ? 4_000_000 : transient ? SPIKE_AND_OUTAGE_MS : MEASURE_MS;
  let [arrived, inFlight] = [0, 0]; // by an observer of our own
  let [sojournMs, arrivedMs, holdingMs] = [0, 0, 0]; // of those that have left; of those that are here: the sum of their arrivals
  const admittedMs = new Map<number, number>();
  const run = prepare(scenario, {
    observers: [
      ({ clock }, requests) => [
        {
          arrived() {
            arrived++;
            inFlight++;
            arrivedMs += clock[0];
          },
          admitted: (request) => void admittedMs.set(request, clock[0]),
          released(request) {
            holdingMs += clock[0] - admittedMs.get(request)!;
            admittedMs.delete(request);
          },
          departed(request) {
            inFlight--;
            arrivedMs -= requests.arrivedMs[request]!;
            sojournMs += clock[0] - requests.arrivedMs[request]!;
          },
        },
      ],
    ],
  });
  const { ratePerSecond } = scenario.arrivals;
  const result = finish(run({ seed: 7, replication: 0, ratePerSecond, warmupMs: 0, measureMs, batches: 1, seriesMs: null }));
  const { flows, times } = result.batches[0]!;
  const inFlightMs = inFlight * measureMs - arrivedMs; // of those that are here, so far

  test('arrivals = outcomes + in flight', () => {
    expect(flows.arrivals).toBe(arrived);
    expect(flows.arrivals - sum(flows.outcomes)).toBe(inFlight);
    const { outcomes, arrivals } = summarise(scenario, {
      ratePerSecond,
      warmup: { ms: 0, rule: 'given' },
      measureMs,
      runs: [result.batches],
      rows: [result.rows],
      recovery: null,
      precise: true,
    });
    expect(sum(Object.values(outcomes))).toBe(arrivals);
    expect(outcomes.inFlight).toBe(inFlight);
  });

  test("Little's law, L = λW, for all that is in the service", () => {
    expect(flows.inFlightMs / (sojournMs + inFlightMs)).toBeCloseTo(1, 9);
    // The sojourn times that are reported are those of all requests but the rejected, who stay as long as the balancer takes, and the refused.
    const reportedMs = mergeHistograms(times.sojourn).sum + times.status.sum + flows.departures[REJECTED]! * scenario.balancer.latencyMs;
    expect(reportedMs / sojournMs).toBeCloseTo(1, 9);
    const reported = mergeHistograms(times.sojourn).size + times.status.size;
    expect(reported).toBe(sum(flows.departures) - flows.departures[REJECTED]! - flows.departures[REFUSED]!);
  });

  test("Little's law for the workers: busy workers = admissions × holding time", () => {
    const heldSoFar = sum([...admittedMs.values()].map((ms) => measureMs - ms));
    expect((occupancy(flows) * measureMs) / (holdingMs + heldSoFar)).toBeCloseTo(1, 9);
  });

  test('every request ends, or is under way, in one of the ways that there are; rows agree with the answers', () => {
    const outcome = Object.fromEntries(OUTCOMES.map((key, i) => [key, flows.outcomes[i]!]));
    const { pending, sent, failed } = result.rows;
    // Without faults every send that was admitted has a row, or its INSERT is running.
    expect(sent).toBe(outcome['sent']);
    expect(failed).toBe(outcome['failed']! + outcome['timedOut']!);
    expect(pending).toBeGreaterThanOrEqual(0);
    expect(pending).toBeLessThanOrEqual(inFlight);
    expect([outcome['aborted'], outcome['unrecorded']]).toEqual([0, 0]);
    expect(times.status.size).toBe(flows.outcomes[STATUS_ANSWERED]);
  });
});
