import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar } from '../engine/calendar.ts';
import type { Observer } from '../stations/moments.ts';
import { OUTCOMES, type Requests, SENT } from '../stations/requests.ts';
import type { LoopMeter } from './event-loops.ts';
import { createLevels } from './levels.ts';

/** What flowed through the service in a span of time. Spans that follow one another, and replications, add up. */
export interface Flows {
  readonly durationMs: number;
  readonly arrivals: number;
  /** Of the requests that have arrived since measuring began, how those ended that departed in the span; in the order of OUTCOMES. */
  readonly outcomes: readonly number[];
  /** How all those ended that departed in the span, whenever they had arrived. */
  readonly departures: readonly number[];
  /** Emails that an ISP accepted. */
  readonly accepted: number;
  readonly queries: number;
  /** Integrals over time: busy workers and time with none free, of each pod; busy connections; requests in flight. */
  readonly busyWorkerMs: readonly number[];
  readonly poolFullMs: readonly number[];
  readonly busyConnectionMs: number;
  /** Time that each pod's event loop ran callbacks; empty where there are no loops. */
  readonly activeLoopMs: readonly number[];
  readonly inFlightMs: number;
}

export interface FlowMeter {
  readonly observer: Observer;
  /** Measuring begins now: what was counted is forgotten, and outcomes are of requests that arrive from now on. */
  begin(): void;
  /** The flows since the last reading, or since measuring began. */
  read(): Flows;
}

/** Connections that can be busy at once: the database's own limit, or what the pods' pools add up to. */
export function connectionLimit({ database, pods }: Scenario): number {
  return Math.min(database.connections, pods.count * database.connectionsPerPod);
}

/** Counts requests and integrates levels. */
export function meterFlows(calendar: Calendar, { outcome, pod, number }: Requests, scenario: Scenario, loops: LoopMeter): FlowMeter {
  const { clock, state } = calendar;
  const workers = createLevels(calendar, scenario.pods.count, scenario.pods.workers);
  const connections = createLevels(calendar, 1, connectionLimit(scenario));
  const inFlight = createIntegral(calendar);
  const readMs = state(new Float64Array(1)); // the latest reading
  const numbers = state(new Float64Array(2));
  const NEXT = 0; // number of the first request that arrives after the latest reading,
  const FIRST = 1; // and after measuring began
  const counts = state(new Int32Array(2));
  const ACCEPTED = 0;
  const QUERIES = 1;
  const departures = state(new Int32Array(OUTCOMES.length));
  const early = state(new Int32Array(OUTCOMES.length)); // the departures of requests that had arrived before measuring began

  const observer: Observer = {
    arrived: () => inFlight.change(1),
    admitted: (request) => workers.change(pod[request]!, 1),
    released: (request) => workers.change(pod[request]!, -1),
    queryBegun: () => {
      counts[QUERIES]!++;
      connections.change(0, 1);
    },
    queryEnded: () => connections.change(0, -1),
    deliveryEnded: (request) => {
      if (outcome[request] === SENT) counts[ACCEPTED]!++;
    },
    departed: (request) => {
      departures[outcome[request]!]!++;
      if (number[request]! < numbers[FIRST]!) early[outcome[request]!]!++;
      inFlight.change(-1);
    },
  };

  function read(): Flows {
    const { integralMs, atMaxMs } = workers.read();
    const { integralMs: inFlightMs, change } = inFlight.read();
    const flows: Flows = {
      durationMs: clock[0] - readMs[0]!,
      arrivals: change + departures.reduce((sum, n) => sum + n, 0), // what came in has gone out or is still there
      outcomes: Array.from(departures, (n, i) => n - early[i]!),
      departures: [...departures],
      accepted: counts[ACCEPTED]!,
      queries: counts[QUERIES]!,
      busyWorkerMs: integralMs,
      poolFullMs: atMaxMs,
      busyConnectionMs: connections.read().integralMs[0]!,
      activeLoopMs: loops.readActiveMs(),
      inFlightMs,
    };
    readMs[0] = clock[0];
    numbers[NEXT]! += flows.arrivals;
    for (const column of [counts, departures, early]) column.fill(0);
    return flows;
  }

  function begin(): void {
    read();
    numbers[FIRST] = numbers[NEXT]!;
  }

  return { observer, begin, read };
}

/** The integral over time of a number that goes up and down without a limit. */
export function createIntegral({ clock, state }: Calendar) {
  const cells = state(new Float64Array(2)); // integral (ms), latest change (ms)
  const levels = state(new Int32Array(2)); // now, at the latest reading
  function change(by: number): void {
    cells[0]! += levels[0]! * (clock[0] - cells[1]!);
    cells[1] = clock[0];
    levels[0]! += by;
  }
  /** The integral, ms, and by how much the level has changed, since the last reading. */
  function read(): { integralMs: number; change: number } {
    change(0);
    const reading = { integralMs: cells[0]!, change: levels[0]! - levels[1]! };
    cells[0] = 0;
    levels[1] = levels[0]!;
    return reading;
  }
  return { change, read };
}

export function addFlows(spans: readonly Flows[]): Flows {
  const total = (pick: (flows: Flows) => number) => spans.reduce((sum, flows) => sum + pick(flows), 0);
  const totals = (pick: (flows: Flows) => readonly number[]) => {
    const width = spans[0] === undefined ? 0 : pick(spans[0]).length;
    return Array.from({ length: width }, (_, i) => total((flows) => pick(flows)[i]!));
  };
  return {
    durationMs: total((flows) => flows.durationMs),
    arrivals: total((flows) => flows.arrivals),
    outcomes: totals((flows) => flows.outcomes),
    departures: totals((flows) => flows.departures),
    accepted: total((flows) => flows.accepted),
    queries: total((flows) => flows.queries),
    busyWorkerMs: totals((flows) => flows.busyWorkerMs),
    poolFullMs: totals((flows) => flows.poolFullMs),
    busyConnectionMs: total((flows) => flows.busyConnectionMs),
    activeLoopMs: totals((flows) => flows.activeLoopMs),
    inFlightMs: total((flows) => flows.inFlightMs),
  };
}

/** Busy workers, all pods, mean over the span. */
export function occupancy({ busyWorkerMs, durationMs }: Flows): number {
  return busyWorkerMs.reduce((total, ms) => total + ms, 0) / durationMs;
}

/** Share of the span that event loops were active, mean over pods; null where there are none. */
export function loopUtilisation({ activeLoopMs, durationMs }: Flows): number | null {
  return activeLoopMs.length === 0 ? null : activeLoopMs.reduce((total, ms) => total + ms, 0) / activeLoopMs.length / durationMs;
}

const REJECTED = OUTCOMES.indexOf('rejected');

/** 503s ÷ arrivals of the span; 0 where nothing arrived. */
export function rejectedShare({ outcomes, arrivals }: Flows): number {
  return arrivals === 0 ? 0 : outcomes[REJECTED]! / arrivals;
}
