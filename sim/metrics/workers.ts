import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar } from '../engine/calendar.ts';
import { type Distribution, drawFrom } from '../engine/distributions.ts';
import { createStreams } from '../engine/stream.ts';
import type { Observer } from '../stations/moments.ts';
import { type Requests, STATEMENTS } from '../stations/requests.ts';

/** What a worker can wait for: it is free; for its pod's event loop, or it is in a callback of it; for something outside. */
export type Place = { readonly kind: 'free' | 'loop' | 'connection' } | { readonly kind: 'statement' | 'isp'; readonly name: string };

export const FREE = 0;
const LOOP = 1;
const CONNECTION = 2;
const STATEMENT = 3; // the first of them

/** All places of a scenario: a place is an index into them. */
export function placesOf({ smtp }: Scenario): Place[] {
  return [
    { kind: 'free' },
    { kind: 'loop' },
    { kind: 'connection' },
    ...STATEMENTS.map((name): Place => ({ kind: 'statement', name })),
    ...smtp.isps.map(({ name }): Place => ({ kind: 'isp', name })),
  ];
}

/** Workers of all pods, beyond which only their numbers are kept, not each of them. */
export const MOST_WATCHED = 200_000;

/** The workers of some pods, one after the other. */
export interface WatchedWorkers {
  /** What each waits for. */
  readonly places: Uint8Array;
  /** 1 where a worker waits for an ISP longer than 99% of its profile's replies take. */
  readonly late: Uint8Array;
}

export interface WorkerWatch {
  readonly observer: Observer;
  /** Workers at each place, all pods together. */
  byPlace(): Int32Array;
  /** How many of them wait for an ISP longer than 99% of its profile's replies take; null where workers are not kept apart. */
  lateByPlace(): Int32Array | null;
  /** Busy workers of each pod. */
  busy(): Int32Array;
  /** The workers of the pods from one to another, that one left out; null where there are too many to keep apart. */
  workers(fromPod: number, toPod: number): WatchedWorkers | null;
  /** Which worker of its pod a request holds; null where workers are not kept apart. */
  workerOf(request: number): number | null;
}

const NOBODY = -1;

/** Watches what each worker waits for. A request gets the free worker of lowest number, as the first one in a list would be. */
export function watchWorkers({ clock, capacity, state }: Calendar, { pod, isp, statement }: Requests, scenario: Scenario): WorkerWatch {
  const { count, workers } = scenario.pods;
  const places = placesOf(scenario);
  const ISP = STATEMENT + STATEMENTS.length;
  const usualMs = Float64Array.from(scenario.smtp.isps, ({ latencyMs }) => percentile99(latencyMs));
  const apart = count * workers <= MOST_WATCHED;
  const byPlace = state(Int32Array.from(places, (_, i) => (i === FREE ? count * workers : 0)));
  const busy = state(new Int32Array(count));
  const free = createFreeNumbers(state, count, apart ? workers : 0);
  const holder = state(new Int32Array(apart ? count * workers : 0).fill(NOBODY)); // of each worker: its request
  const place = state(new Int32Array(capacity)); // of each request; FREE: it holds no worker
  const outside = new Uint8Array(capacity); // where it is when it is not in the loop; LOOP: nowhere
  const begunMs = new Float64Array(capacity); // its delivery
  const worker = new Int32Array(capacity);

  function move(request: number, next: number): void {
    byPlace[place[request]!]!--;
    byPlace[next]!++;
    place[request] = next;
  }

  function goOutside(request: number, next: number): void {
    outside[request] = next;
    move(request, next);
  }

  const observer: Observer = {
    admitted(request) {
      const p = pod[request]!;
      busy[p]!++;
      goOutside(request, LOOP);
      if (!apart) return;
      worker[request] = free.take(p);
      holder[p * workers + worker[request]!] = request;
    },
    released(request) {
      const p = pod[request]!;
      busy[p]!--;
      move(request, FREE);
      if (!apart) return;
      free.giveBack(p, worker[request]!);
      holder[p * workers + worker[request]!] = NOBODY;
    },
    // Requests without a worker use the loop as well; and a delivery goes on, on the other side, while its worker is in the loop.
    callbackReady: (request) => {
      if (place[request] !== FREE) move(request, LOOP);
    },
    callbackEnded: (request) => {
      if (place[request] !== FREE) move(request, outside[request]!);
    },
    queryAsked: (request) => goOutside(request, CONNECTION),
    queryBegun: (request) => goOutside(request, STATEMENT + statement[request]!),
    queryDone: (request) => goOutside(request, LOOP),
    queryEnded: (request) => goOutside(request, LOOP), // also of a statement that failed
    deliveryBegun: (request) => {
      begunMs[request] = clock[0];
      goOutside(request, ISP + isp[request]!);
    },
    deliveryEnded: (request) => goOutside(request, LOOP),
  };

  function isLate(request: number): boolean {
    return request !== NOBODY && place[request]! >= ISP && clock[0] - begunMs[request]! > usualMs[place[request]! - ISP]!;
  }

  return {
    observer,
    byPlace: () => byPlace.slice(),
    lateByPlace() {
      if (!apart) return null;
      const late = new Int32Array(places.length);
      for (const request of holder) if (isLate(request)) late[place[request]!]!++;
      return late;
    },
    busy: () => busy.slice(),
    workers(fromPod, toPod) {
      if (!apart) return null;
      const held = holder.subarray(fromPod * workers, toPod * workers);
      return {
        places: Uint8Array.from(held, (request) => (request === NOBODY ? FREE : place[request]!)),
        late: Uint8Array.from(held, (request) => (isLate(request) ? 1 : 0)),
      };
    },
    workerOf: (request) => (apart ? worker[request]! : null),
  };
}

const WORD = 32;

/** For each of some sets of the numbers 0 to n − 1: which of them are free, as bits, and the lowest of them. */
function createFreeNumbers(state: Calendar['state'], sets: number, n: number) {
  const width = Math.ceil(n / WORD);
  const all = Array.from({ length: width }, (_, word) => (n - word * WORD >= WORD ? -1 : 2 ** (n - word * WORD) - 1));
  const bits = state(Int32Array.from({ length: sets * width }, (_, i) => all[i % width]!));
  const lowest = state(new Int32Array(sets)); // no word of a set before this one has a free number

  return {
    /** Takes the lowest number that is free; there is one. */
    take(set: number): number {
      let word = lowest[set]!;
      while (bits[set * width + word] === 0) word++;
      lowest[set] = word;
      const free = bits[set * width + word]!;
      const bit = free & -free;
      bits[set * width + word] = free ^ bit;
      return word * WORD + 31 - Math.clz32(bit);
    },
    giveBack(set: number, number: number): void {
      const word = Math.floor(number / WORD);
      bits[set * width + word]! |= 1 << (number % WORD);
      lowest[set] = Math.min(lowest[set]!, word);
    },
  };
}

const DRAWS = 5_000; // the 99th percentile of so many is within a few percent of the distribution's own

/** The time, ms, that 99% of a distribution's draws do not exceed. */
function percentile99(distribution: Distribution): number {
  const streams = createStreams();
  const draw = drawFrom(streams.stream('percentile'), distribution);
  streams.seed('99');
  const draws = new Float64Array(DRAWS);
  draw(draws);
  return draws.sort()[Math.floor(0.99 * DRAWS)]!;
}
