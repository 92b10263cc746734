import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar } from '../engine/calendar.ts';
import type { Observer } from '../stations/moments.ts';
import { IS_SERVED, type Requests, STATEMENTS } from '../stations/requests.ts';
import { SEND } from '../workload/workload.ts';
import type { LoopMeter } from './event-loops.ts';
import { createHistograms, type Histogram, mergeHistograms, withZeros } from './histogram.ts';

/** How long things took, of those that ended in a span of time. Histograms of ms. */
export interface Times {
  /** Client's start to answer, of sends that were served; by ISP, in the scenario's order. */
  readonly sojourn: readonly Histogram[];
  /** The part of it spent in queues: for a worker, for connections. */
  readonly waiting: readonly Histogram[];
  /** Connect to final reply or deadline; by ISP. */
  readonly smtp: readonly Histogram[];
  /** Wish for a connection to the statement's answer; in the order of STATEMENTS. */
  readonly database: readonly Histogram[];
  /** Client's start to answer, of status queries that were served. */
  readonly status: Histogram;
  /** Waits for the turn of callbacks on the pod's event loop, summed over the life of each send that counts in sojourn. */
  readonly loopWait: Histogram;
  /** By how much each pod's event loop is late, as monitorEventLoopDelay sees it; empty where there are no loops. */
  readonly loopDelay: readonly Histogram[];
}

/** The times of some spans together. */
export function addTimes(spans: readonly Times[]): Times {
  const merge = (pick: (times: Times) => Histogram) => mergeHistograms(spans.map(pick));
  const each = (pick: (times: Times) => readonly Histogram[]) => pick(spans[0]!).map((_, i) => merge((times) => pick(times)[i]!));
  return {
    sojourn: each((times) => times.sojourn),
    waiting: each((times) => times.waiting),
    smtp: each((times) => times.smtp),
    database: each((times) => times.database),
    status: merge((times) => times.status),
    loopWait: merge((times) => times.loopWait),
    loopDelay: each((times) => times.loopDelay),
  };
}

export interface TimeMeter {
  readonly observers: readonly Observer[];
  /** The times since the last reading. */
  read(): Times;
}

/** Takes the times of every request. */
export function meterTimes(calendar: Calendar, requests: Requests, { smtp, pods }: Scenario, loops: LoopMeter): TimeMeter {
  const { clock, capacity } = calendar;
  const { arrivedMs, kind, isp, statement, outcome } = requests;
  const since = new Float64Array(capacity); // when the present wait, statement or delivery began, ms
  const waited = new Float64Array(capacity); // in queues so far, ms
  const isps = smtp.isps.length;
  const SOJOURN = 0; // places of the first histogram of each sort
  const WAITING = SOJOURN + isps;
  const SMTP = WAITING + isps;
  const DATABASE = SMTP + isps;
  const STATUS = DATABASE + STATEMENTS.length;
  const { record, read } = createHistograms(calendar, STATUS + 1);

  // Only where there is a queue for workers: the check is not worth its time where nobody can stand in one.
  const workerQueue: Observer = {
    arrived: (request) => {
      since[request] = Infinity;
    },
    queued: (request) => {
      since[request] = clock[0];
    },
    admitted: (request) => {
      if (since[request]! < Infinity) waited[request]! += clock[0] - since[request]!;
    },
  };

  const all: Observer = {
    arrived: (request) => {
      waited[request] = 0;
    },
    abandoned: (request) => {
      waited[request]! += clock[0] - since[request]!;
    },
    queryAsked: (request) => {
      since[request] = clock[0];
    },
    queryBegun: (request) => {
      waited[request]! += clock[0] - since[request]!;
    },
    queryAnswered: (request) => record(DATABASE + statement[request]!, clock[0] - since[request]!),
    deliveryBegun: (request) => {
      since[request] = clock[0];
    },
    deliveryEnded: (request) => record(SMTP + isp[request]!, clock[0] - since[request]!),
    departed: (request) => {
      if (IS_SERVED[outcome[request]!] === 0) return;
      const sojournMs = clock[0] - arrivedMs[request]!;
      if (kind[request] !== SEND) return record(STATUS, sojournMs);
      record(SOJOURN + isp[request]!, sojournMs);
      if (waited[request]! > 0) record(WAITING + isp[request]!, waited[request]!); // most wait for nothing: see read()
    },
  };

  return {
    observers: pods.queueCapacity > 0 ? [workerQueue, all] : [all],
    read() {
      const histograms = read();
      const sojourn = histograms.slice(SOJOURN, WAITING);
      return {
        sojourn,
        waiting: histograms.slice(WAITING, SMTP).map((waiting, i) => withZeros(waiting, sojourn[i]!.size - waiting.size)),
        smtp: histograms.slice(SMTP, DATABASE),
        database: histograms.slice(DATABASE, STATUS),
        status: histograms[STATUS]!,
        loopWait: loops.readWaits(),
        loopDelay: loops.readDelays(),
      };
    },
  };
}
