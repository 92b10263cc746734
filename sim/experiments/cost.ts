import type { Scenario } from '../../fixtures/schema.ts';
import { type Effort, LEAST_REPLICATIONS } from './replicate.ts';
import { spanMs } from './series.ts';
import { isTransient, pilotLengthMs, statedWarmup, warmupFloor } from './warmup.ts';

/** What is to be made of a scenario. */
export interface Undertaking {
  /** Requests per second. */
  readonly rates: readonly number[];
  /** Runs a rate. */
  readonly effort: Effort;
  readonly threads: number;
  /** Whether it is one run looked at closely, which keeps its time series and the measurements of its parts. */
  readonly single: boolean;
}

/** What it takes at least, estimated before anything is made. */
export interface Cost {
  /** Requests of the longest run. */
  readonly requestsARun: number;
  /** Events of all runs. */
  readonly events: number;
  /** Memory of all threads and of the results that wait to be merged. */
  readonly bytes: number;
}

// Measured on x64, and rounded up: what V8 and the program themselves take, and each part of a scenario in a thread that runs it.
const BYTES = {
  thread: 40e6,
  connection: 160, // columns of the calendar, of requests and of stations
  podWithLoop: 110e3, // a histogram of its loop's delay
  pod: 1e3,
  isp: 340e3, // three histograms
  span: 1.4e3, // what is read at an instant,
  spanAPod: 100, // and of each pod
  result: 90e3, // what a run hands over: histograms without their empty ends,
  resultAPodWithLoop: 14e3,
  resultAnIsp: 300,
};
const EVENTS_A_REQUEST = { withLoops: 13, pure: 5 };
const PILOT_SPAN_MS = 1000;
const MOST_PARTS = 60; // of a single run

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The least that a scenario takes: of replications that the precision decides, only the first round is counted. */
export function costOf(scenario: Scenario, { rates, effort, threads, single }: Undertaking): Cost {
  const { pods, balancer, smtp, run } = scenario;
  const hasLoops = pods.eventLoop !== null;
  const warmupMs = statedWarmup(scenario)?.ms ?? warmupFloor(scenario);
  const runMs = warmupMs + run.measureMs;
  const pilotMs = statedWarmup(scenario) === null ? pilotLengthMs(scenario) : 0;
  const runs = single ? 1 : 'replications' in effort ? effort.replications : LEAST_REPLICATIONS;
  const requestsIn = (ms: number) => rates.map((rate) => (rate * steppedMs(scenario, ms)) / 1000);
  const perRequest = hasLoops ? EVENTS_A_REQUEST.withLoops : EVENTS_A_REQUEST.pure;

  const assembly =
    BYTES.thread +
    balancer.maxConnections * BYTES.connection +
    pods.count * (hasLoops ? BYTES.podWithLoop : BYTES.pod) +
    smtp.isps.length * BYTES.isp;
  const spans = (ms: number, stepMs: number) => (ms / stepMs) * (BYTES.span + pods.count * BYTES.spanAPod);
  const result = BYTES.result + smtp.isps.length * BYTES.resultAnIsp + (hasLoops ? pods.count * BYTES.resultAPodWithLoop : 0);
  const keepsSeries = single || isTransient(scenario);
  const series = keepsSeries ? spans(runMs, spanMs(run.seriesMs, runMs)) : 0;
  return {
    requestsARun: Math.max(...requestsIn(Math.max(runMs, pilotMs))),
    events: perRequest * (sum(requestsIn(pilotMs)) + runs * sum(requestsIn(runMs))),
    bytes:
      assembly * (single ? 1 : Math.min(threads, runs * rates.length)) +
      spans(pilotMs, PILOT_SPAN_MS) +
      rates.length * runs * (series + result * (single ? MOST_PARTS : 1)),
  };
}

/** The time, ms, in which as many requests arrive without rate steps as do with them in so many ms. */
function steppedMs({ arrivals }: Scenario, ms: number): number {
  const steps = [{ atMs: 0, factor: 1 }, ...arrivals.rateSteps];
  return sum(steps.map(({ atMs, factor }, i) => factor * Math.max(0, Math.min(ms, steps[i + 1]?.atMs ?? ms) - atMs)));
}
