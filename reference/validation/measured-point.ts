import type { Scenario } from '../../fixtures/schema.ts';
import { type Point, summarise } from '../../sim/experiments/point.ts';
import type { Measurement } from '../../sim/experiments/simulate.ts';
import type { Flows } from '../../sim/metrics/flows.ts';
import { createHistograms, type Histogram } from '../../sim/metrics/histogram.ts';
import type { Times } from '../../sim/metrics/times.ts';
import { OUTCOMES } from '../../sim/stations/requests.ts';
import type { Played, Reading } from '../harness/play.ts';
import type { PodCounters } from '../harness/pod-counters.ts';
import type { LoadRecord } from '../load/record.ts';

export interface Interval {
  readonly ratePerSecond: number;
  readonly stretch: number;
  /** Model time. */
  readonly warmupMs: number;
  readonly measureMs: number;
}

/** The point that was measured, in model time and with the model's definitions: batches of the measurement interval take the place of replications. */
export function measuredPoint(scenario: Scenario, { ratePerSecond, stretch, warmupMs, measureMs }: Interval, played: Played): Point {
  const batches = played.readings.length - 1;
  const records = played.records.map((record) => toModelTime(record, stretch));
  const endMs = warmupMs + measureMs;
  const edge = (batch: number) => (batch === batches ? endMs : warmupMs + (measureMs * batch) / batches);
  const measurements = Array.from({ length: batches }, (_, i): Measurement => {
    const span = { fromMs: edge(i), toMs: edge(i + 1) };
    return {
      flows: flowsIn(records, span, endMs, played.readings[i]!, played.readings[i + 1]!),
      times: timesIn(scenario, records, span),
    };
  });
  return summarise(scenario, {
    ratePerSecond,
    warmup: { ms: warmupMs, rule: 'given' },
    measureMs,
    runs: [measurements],
    rows: [played.rows],
    recovery: null,
    precise: true,
  });
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A record in ms of model time. What the generator dropped never reached the service. */
interface Request {
  readonly record: LoadRecord;
  readonly atMs: number;
  readonly doneMs: number;
  step(name: string): number | undefined;
}

function toModelTime(record: LoadRecord, stretch: number): Request {
  return {
    record,
    atMs: record.intendedMs / stretch,
    doneMs: record.doneMs === null ? Infinity : record.doneMs / stretch,
    step: (name) => (record.timing[name] === undefined ? undefined : record.timing[name] / stretch),
  };
}

/** As the model has it: what happens at the end of a span is in it, at its beginning not, unless that is the beginning of the run. */
const within = (ms: number, { fromMs, toMs }: Span) => (ms > fromMs || (fromMs === 0 && ms === 0)) && ms <= toMs;
const count = (outcomes: readonly string[]) => OUTCOMES.map((outcome) => outcomes.filter((each) => each === outcome).length);
const STATEMENT_STEPS = ['insert', 'update', 'select'] as const;

function flowsIn(requests: readonly Request[], span: Span, endMs: number, begin: Reading, end: Reading): Flows {
  const durationMs = span.toMs - span.fromMs;
  const reached = requests.filter(({ record }) => record.outcome !== 'dropped');
  const arrived = reached.filter(({ atMs }) => within(atMs, span));
  const departed = reached.filter(({ doneMs }) => within(doneMs, span));
  // Integrals are over real time between the readings, which come a little after the ends of the span: as shares of it they are the span's.
  const share = (pick: (pod: PodCounters) => number, pod: number) =>
    (pick(end.pods[pod]!) - pick(begin.pods[pod]!)) / ((end.atMs - begin.atMs) / 1000);
  const integrals = (pick: (pod: PodCounters) => number) => begin.pods.map((_, pod) => share(pick, pod) * durationMs);
  const overlap = ({ atMs, doneMs }: Request) => Math.max(0, Math.min(doneMs, span.toMs) - Math.max(atMs, span.fromMs));
  return {
    durationMs,
    arrivals: arrived.length,
    outcomes: count(arrived.filter(({ doneMs }) => doneMs <= endMs).map(({ record }) => record.outcome)),
    departures: count(departed.map(({ record }) => record.outcome)),
    accepted: departed.filter(({ record }) => record.outcome === 'sent').length,
    queries: departed.reduce((total, request) => total + STATEMENT_STEPS.filter((step) => request.step(step) !== undefined).length, 0),
    busyWorkerMs: integrals((pod) => pod.workerBusySeconds),
    poolFullMs: integrals((pod) => pod.poolFullSeconds),
    deliveringMs: departed.reduce((total, request) => total + (request.step('smtp') ?? 0), 0),
    busyConnectionMs: integrals((pod) => pod.databaseBusySeconds).reduce((sum, ms) => sum + ms, 0),
    activeLoopMs: integrals((pod) => pod.loopActiveSeconds),
    inFlightMs: reached.reduce((total, request) => total + overlap(request), 0),
  };
}

function timesIn({ smtp }: Scenario, requests: readonly Request[], span: Span): Times {
  const served = requests.filter(
    ({ record, doneMs }) =>
      within(doneMs, span) && !['rejected', 'refused', 'aborted', 'dropped', 'inFlight', 'invalid'].includes(record.outcome),
  );
  const sends = served.filter(({ record }) => record.kind === 'send');
  const sojourn = ({ atMs, doneMs }: Request) => doneMs - atMs;
  const waits = (request: Request) => (request.step('insert-wait') ?? 0) + (request.step('update-wait') ?? 0);
  const byIsp = (value: (request: Request) => number | undefined) =>
    smtp.isps.map(({ name }) => histogramOf(sends.filter(({ record }) => record.isp === name).map(value)));
  return {
    sojourn: byIsp(sojourn),
    waiting: byIsp(waits),
    smtp: byIsp((request) => request.step('smtp')),
    database: STATEMENT_STEPS.map((step) => histogramOf(served.map((request) => add(request.step(step), request.step(`${step}-wait`))))),
    loopWait: histogramOf([]),
    loopDelay: [],
    status: histogramOf(served.filter(({ record }) => record.kind === 'status').map(sojourn)),
  };
}

const add = (step: number | undefined, wait: number | undefined) => (step === undefined ? undefined : step + (wait ?? 0));

function histogramOf(values: readonly (number | undefined)[]): Histogram {
  const { record, read } = createHistograms({ state: (array) => array }, 1);
  for (const ms of values) if (ms !== undefined) record(0, ms);
  return read()[0]!;
}
