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
  /** How the requests that arrived in the span have ended by the end of the run; in the order of OUTCOMES. */
  readonly outcomes: readonly number[];
  /** How all those ended that departed in the span, whenever they had arrived. */
  readonly departures: readonly number[];
  /** Emails that an ISP accepted. */
  readonly accepted: number;
  readonly queries: number;
  /** Integrals over time: busy workers and time with none free, of each pod; workers that wait for an ISP; busy connections; requests in flight. */
  readonly busyWorkerMs: readonly number[];
  readonly poolFullMs: readonly number[];
  readonly deliveringMs: number;
  readonly busyConnectionMs: number;
  /** Time that each pod's event loop ran callbacks; empty where there are no loops. */
  readonly activeLoopMs: readonly number[];
  readonly inFlightMs: number;
}

/** The flows of a part of a run. */
export interface Span extends Flows {
  /** Its end, ms. It begins where the one before ends, and has what happens at its end, but not at its beginning; the first has that too. */
  readonly untilMs: number;
}

export interface FlowMeter {
  readonly observer: Observer;
  /** To be called as a run begins. */
  restart(): void;
  /** The flows since the last reading. Their outcomes go on to be counted until the last request that arrived in them has departed. */
  read(): Span;
}

/** Connections that can be busy at once: the database's own limit, or what the pods' pools add up to. */
export function connectionLimit({ database, pods }: Scenario): number {
  return Math.min(database.connections, pods.count * database.connectionsPerPod);
}

/** Counts requests and integrates levels. */
export function meterFlows(calendar: Calendar, { outcome, pod }: Requests, scenario: Scenario, loops: LoopMeter): FlowMeter {
  const { clock, state, capacity } = calendar;
  const workers = createLevels(calendar, scenario.pods.count, scenario.pods.workers);
  const connections = createLevels(calendar, 1, connectionLimit(scenario));
  const delivering = createIntegral(calendar);
  const isDelivering = new Uint8Array(capacity);
  const inFlight = createIntegral(calendar);
  const readMs = state(new Float64Array(1)); // the latest reading
  let outcomes: number[][] = []; // of each span, by the arrival of requests
  const spanOf = new Int32Array(capacity);
  const present = state(new Int32Array(1)); // the span that has not been read yet
  const counts = state(new Int32Array(2));
  const ACCEPTED = 0;
  const QUERIES = 1;
  const departures = state(new Int32Array(OUTCOMES.length));

  const observer: Observer = {
    arrived: (request) => {
      spanOf[request] = present[0]!;
      inFlight.change(1);
    },
    admitted: (request) => workers.change(pod[request]!, 1),
    released: (request) => {
      workers.change(pod[request]!, -1);
      if (isDelivering[request] === 1) endDelivery(request); // its pod crashed
    },
    queryBegun: () => {
      counts[QUERIES]!++;
      connections.change(0, 1);
    },
    queryEnded: () => connections.change(0, -1),
    deliveryBegun: (request) => {
      isDelivering[request] = 1;
      delivering.change(1);
    },
    deliveryEnded: (request) => {
      endDelivery(request);
      if (outcome[request] === SENT) counts[ACCEPTED]!++;
    },
    departed: (request) => {
      departures[outcome[request]!]!++;
      outcomes[spanOf[request]!]![outcome[request]!]!++;
      inFlight.change(-1);
    },
  };

  function endDelivery(request: number): void {
    isDelivering[request] = 0;
    delivering.change(-1);
  }

  const restart = () => {
    isDelivering.fill(0);
    outcomes = [noOutcomes()];
  };
  restart();

  function read(): Span {
    const { integralMs, atMaxMs } = workers.read();
    const { integralMs: inFlightMs, change } = inFlight.read();
    const span: Span = {
      untilMs: clock[0],
      durationMs: clock[0] - readMs[0]!,
      arrivals: change + departures.reduce((sum, n) => sum + n, 0), // what came in has gone out or is still there
      outcomes: outcomes[present[0]!]!,
      departures: [...departures],
      accepted: counts[ACCEPTED]!,
      queries: counts[QUERIES]!,
      busyWorkerMs: integralMs,
      poolFullMs: atMaxMs,
      deliveringMs: delivering.read().integralMs,
      busyConnectionMs: connections.read().integralMs[0]!,
      activeLoopMs: loops.readActiveMs(),
      inFlightMs,
    };
    readMs[0] = clock[0];
    present[0] = outcomes.push(noOutcomes()) - 1;
    for (const column of [counts, departures]) column.fill(0);
    return span;
  }

  return { observer, restart, read };
}

const noOutcomes = (): number[] => OUTCOMES.map(() => 0);

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
    deliveringMs: total((flows) => flows.deliveringMs),
    busyConnectionMs: total((flows) => flows.busyConnectionMs),
    activeLoopMs: totals((flows) => flows.activeLoopMs),
    inFlightMs: total((flows) => flows.inFlightMs),
  };
}

/**
 * Joins spans that follow one another into longer ones.
 *
 * @param edgesMs where the longer ones begin and end, ascending, each the end of a span or 0; where the spans end before, so do they
 */
export function joinSpans(spans: readonly Span[], edgesMs: readonly number[]): Span[] {
  const joined: Span[] = [];
  let next = spans.findIndex(({ untilMs }) => untilMs > edgesMs[0]!);
  for (const [i, edgeMs] of edgesMs.slice(1).entries()) {
    const first = next;
    while (next < spans.length && spans[next]!.untilMs <= edgeMs) next++;
    if (next === first) break;
    const last = spans[next - 1]!;
    const { untilMs } = last;
    joined.push(next - first === 1 ? last : { ...addFlows(spans.slice(first, next)), untilMs, durationMs: untilMs - edgesMs[i]! });
  }
  return joined;
}

/** Busy workers, all pods, mean over the span. */
export function occupancy({ busyWorkerMs, durationMs }: Flows): number {
  return busyWorkerMs.reduce((total, ms) => total + ms, 0) / durationMs;
}

/** A share of time: at most 1, though sums of times differ from the span by their rounding. */
export const asShare = (ratio: number): number => Math.min(1, ratio);

/** Share of the span that event loops were active, mean over pods; null where there are none. */
export function loopUtilisation({ activeLoopMs, durationMs }: Flows): number | null {
  return activeLoopMs.length === 0 ? null : asShare(activeLoopMs.reduce((total, ms) => total + ms, 0) / activeLoopMs.length / durationMs);
}

const REJECTED = OUTCOMES.indexOf('rejected');

/** Of the requests that arrived in the span, the share that was answered 503; null where nothing arrived. */
export function rejectedShare({ outcomes, arrivals }: Flows): number | null {
  return arrivals === 0 ? null : outcomes[REJECTED]! / arrivals;
}
