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
}

const ARRIVALS = 0;
const REJECTIONS = 1;
const CONNECTION_MS = 2;
const IN_FLIGHT_MS = 3;
const COLUMNS = 4;
const SLOTS = 11; // ends of tenths that lie within a second

const perSecond = (perMs: number) => 1000 * perMs;

/** Keeps a run's figures in time, from its start. What is kept are sums since the start, so that dots of any length come of differences. */
export function watchHistory(calendar: Calendar, { outcome }: Requests) {
  const connections = createIntegral(calendar);
  const inFlight = createIntegral(calendar);
  const counts = calendar.state(new Float64Array(2)); // arrivals, rejections
  let sums = new Float64Array(1024 * COLUMNS); // at the end of each span, after a row of zeros
  let spans = 0;

  const observer: Observer = {
    arrived: () => {
      counts[ARRIVALS]!++;
      inFlight.change(1);
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
    sums[row + ARRIVALS] = counts[ARRIVALS]!;
    sums[row + REJECTIONS] = counts[REJECTIONS]!;
    sums[row + CONNECTION_MS] = sums[row - COLUMNS + CONNECTION_MS]! + connections.read().integralMs;
    sums[row + IN_FLIGHT_MS] = sums[row - COLUMNS + IN_FLIGHT_MS]! + inFlight.read().integralMs;
  }

  /** The latest whole dots, at most so many, of so many spans each. */
  function read(most: number, spansPerDot: number): Dots {
    const last = Math.floor(spans / spansPerDot);
    const first = Math.max(0, last - most);
    const dotMs = spansPerDot * SPAN_MS;
    const means = (column: number) =>
      Float64Array.from({ length: last - first }, (_, i) => {
        const from = (first + i) * spansPerDot * COLUMNS + column;
        return (sums[from + spansPerDot * COLUMNS]! - sums[from]!) / dotMs;
      });
    return {
      dotMs,
      untilMs: last * dotMs,
      arrivalsPerSecond: means(ARRIVALS).map(perSecond),
      rejectedPerSecond: means(REJECTIONS).map(perSecond),
      busyConnections: means(CONNECTION_MS),
      inFlight: means(IN_FLIGHT_MS),
    };
  }

  function restart(): void {
    spans = 0;
  }

  return { observer, endSpan, read, restart };
}

/** Counts the 503s of each pod in the latest second, which moves on in tenths. */
export function watchRejections({ state }: Calendar, { outcome, pod }: Requests, pods: number) {
  const total = state(new Int32Array(pods));
  const totals = state(new Int32Array(pods * SLOTS)); // at the ends of the latest tenths
  const tenths = state(new Int32Array(1));
  const at = (tenth: number) => (tenth % SLOTS) * pods;
  const observer: Observer = {
    departed: (request) => {
      if (outcome[request] === REJECTED) total[pod[request]!]!++;
    },
  };
  return {
    observer,
    /** Ends a tenth of a second. */
    endTenth(): void {
      totals.set(total, at(++tenths[0]!));
    },
    /** Of each pod, in the second that ended with the latest tenth. */
    read(): Int32Array {
      const [now, before] = [at(tenths[0]!), at(tenths[0]! + 1)]; // of eleven, the next slot is the one of a second ago
      return Int32Array.from({ length: pods }, (_, p) => totals[now + p]! - totals[before + p]!);
    },
  };
}
