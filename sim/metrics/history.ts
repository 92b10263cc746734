import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar } from '../engine/calendar.ts';
import type { Observer } from '../stations/moments.ts';
import { REJECTED, type Requests } from '../stations/requests.ts';
import { createIntegral } from './flows.ts';

/** Length of the spans that figures are kept for, ms. */
export const SPAN_MS = 10;

/** Figures in time, one value for each dot: a time of equal length. Means over that time. */
export interface Dots {
  readonly dotMs: number;
  /** End of the last dot, ms. */
  readonly untilMs: number;
  readonly arrivalsPerSecond: Float64Array;
  readonly rejectedPerSecond: Float64Array;
  readonly busyConnections: Float64Array;
  readonly inFlight: Float64Array;
  /** What callbacks waited for their turn, ms, mean of those that began in the dot, NaN if none did; null where there are no event loops. */
  readonly loopWaitMs: Float64Array | null;
}

const ARRIVALS = 0;
const REJECTIONS = 1;
const CONNECTION_MS = 2;
const IN_FLIGHT_MS = 3;
const CALLBACKS = 4;
const LOOP_WAIT_MS = 5;
const COLUMNS = 6;
const SLOTS = 11; // ends of tenths that lie within a second

const perSecond = (perMs: number) => 1000 * perMs;

/** Keeps a run's figures in time, from its start. What is kept are sums since the start, so that dots of any length come of differences. */
export function watchHistory(calendar: Calendar, { outcome }: Requests, { pods }: Scenario) {
  const connections = createIntegral(calendar);
  const inFlight = createIntegral(calendar);
  const counts = calendar.state(new Float64Array(COLUMNS)); // of what is counted, since the start
  const readyMs = new Float64Array(calendar.capacity); // when a request's present callback was
  const { clock } = calendar;
  let sums = new Float64Array(1024 * COLUMNS); // at the end of each span, after a row of zeros
  let spans = 0;

  const observer: Observer = {
    arrived: () => {
      counts[ARRIVALS]!++;
      inFlight.change(1);
    },
    callbackReady: (request) => {
      readyMs[request] = clock[0];
    },
    callbackBegan: (request) => {
      counts[CALLBACKS]!++;
      counts[LOOP_WAIT_MS]! += clock[0] - readyMs[request]!;
    },
    queryBegun: () => connections.change(1),
    queryEnded: () => connections.change(-1),
    departed: (request) => {
      inFlight.change(-1);
      if (outcome[request] === REJECTED) counts[REJECTIONS]!++;
    },
  };

  /** Ends a span. To be called at every multiple of its length, in order. */
  function endSpan(): void {
    spans++;
    const row = spans * COLUMNS;
    if (row === sums.length) {
      const longer = new Float64Array(2 * sums.length);
      longer.set(sums);
      sums = longer;
    }
    sums.set(counts, row);
    sums[row + CONNECTION_MS] = sums[row - COLUMNS + CONNECTION_MS]! + connections.read().integralMs;
    sums[row + IN_FLIGHT_MS] = sums[row - COLUMNS + IN_FLIGHT_MS]! + inFlight.read().integralMs;
  }

  /** The latest whole dots, at most so many, of so many spans each. */
  function read(most: number, spansPerDot: number): Dots {
    const last = Math.floor(spans / spansPerDot);
    const first = Math.max(0, last - most);
    const dotMs = spansPerDot * SPAN_MS;
    const increases = (column: number) =>
      Float64Array.from({ length: last - first }, (_, i) => {
        const from = (first + i) * spansPerDot * COLUMNS + column;
        return sums[from + spansPerDot * COLUMNS]! - sums[from]!;
      });
    const means = (column: number) => increases(column).map((increase) => increase / dotMs);
    const callbacks = increases(CALLBACKS);
    return {
      dotMs,
      untilMs: last * dotMs,
      arrivalsPerSecond: means(ARRIVALS).map(perSecond),
      rejectedPerSecond: means(REJECTIONS).map(perSecond),
      busyConnections: means(CONNECTION_MS),
      inFlight: means(IN_FLIGHT_MS),
      loopWaitMs: pods.eventLoop === null ? null : increases(LOOP_WAIT_MS).map((ms, i) => ms / callbacks[i]!),
    };
  }

  function restart(): void {
    spans = 0;
  }

  return { observer, endSpan, read, restart };
}

/** What each pod did in the latest second. */
export interface PodSecond {
  readonly rejected: Int32Array;
  /** Share of the time in which its event loop ran callbacks; null where there are no event loops. */
  readonly loopUtilisation: Float64Array | null;
}

/** Watches what each pod does in the latest second, which moves on in tenths. */
export function watchPods({ clock, state }: Calendar, { outcome, pod }: Requests, { pods }: Scenario) {
  const { count, eventLoop } = pods;
  const rejections = state(new Float64Array(count)); // since the start,
  const activeMs = state(new Float64Array(count));
  const beganMs = state(new Float64Array(count).fill(Number.NaN)); // the present callback; NaN: there is none
  const rejectionsAt = state(new Float64Array(count * SLOTS)); // and at the ends of the latest tenths
  const activeMsAt = state(new Float64Array(count * SLOTS));
  const tenths = state(new Int32Array(1));
  const at = (tenth: number) => (tenth % SLOTS) * count;

  const observer: Observer = {
    departed: (request) => {
      if (outcome[request] === REJECTED) rejections[pod[request]!]!++;
    },
    callbackBegan: (request) => {
      beganMs[pod[request]!] = clock[0];
    },
    callbackEnded: (request) => {
      const p = pod[request]!;
      activeMs[p]! += clock[0] - beganMs[p]!;
      beganMs[p] = Number.NaN;
    },
  };

  /** Ends a tenth of a second. */
  function endTenth(): void {
    const to = at(++tenths[0]!);
    rejectionsAt.set(rejections, to);
    for (let p = 0; p < count; p++) activeMsAt[to + p] = activeMs[p]! + (Number.isNaN(beganMs[p]!) ? 0 : clock[0] - beganMs[p]!);
  }

  function read(): PodSecond {
    const [now, before] = [at(tenths[0]!), at(tenths[0]! + 1)]; // of eleven, the next slot is the one of a second ago
    const share = (_: unknown, p: number) => (activeMsAt[now + p]! - activeMsAt[before + p]!) / 1000;
    return {
      rejected: Int32Array.from({ length: count }, (_, p) => rejectionsAt[now + p]! - rejectionsAt[before + p]!),
      loopUtilisation: eventLoop === null ? null : Float64Array.from({ length: count }, share),
    };
  }

  return { observer, endTenth, read };
}
