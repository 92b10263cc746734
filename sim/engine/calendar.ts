import { createHeap } from './heap.ts';

/** What happens to a token next. Tokens are small integers: a request, a source of arrivals, a fault. */
export type Stage = (token: number) => void;

/** One number that changes in place: a `let` of a double would be boxed anew at every write. */
export type Cell = Float64Array & { 0: number };

export type Calendar = ReturnType<typeof createCalendar>;

const SLICE = 1_000; // events between returns to run(): an endless loop stays in the code it was entered with, its doubles boxed
const MAX_LANES = 64;
const FEW_SERVERS = 8;
const MAX_STAGES = 65_536; // what a stage's number must fit in
const NONE = -1;

// Integer state, in one array for the same reason as cells.
const SEQUENCE = 0;
const FREED = 1; // the token destroyed last: the first of a chain through `links`
const FRESH = 2; // tokens never used yet begin here

/**
 * The clock and the calendar of events: time in ms of model time, events ordered by (time, insertion).
 *
 * A token has at most one pending event, so the calendar needs no event objects: an event is its token with the columns `due`, `order`
 * and the number of its stage. Stages that delay every token alike are FIFO lanes, all others go through one heap; each step takes the
 * earliest of their heads. Insertion order is compared modulo 2^32, so of two events at the same instant the elder must not be more than
 * 2^31 insertions older.
 *
 * @param capacity tokens that may exist at once; creating more throws a RangeError
 */
export function createCalendar(capacity: number) {
  const initial = new Map<Int32Array | Float64Array, Int32Array | Float64Array | null>(); // null: nothing but zeros, of which no copy is kept
  const clock = state(new Float64Array(1)) as Cell;
  const happened = state(new Float64Array(1)) as Cell; // events
  const due = new Float64Array(capacity); // when the token's event happens, ms
  const order = new Int32Array(capacity);
  const stageOf = new Uint16Array(capacity);
  const links = new Int32Array(capacity); // a token waits in one place at a time, so every FIFO of the model shares this column
  const stages: Stage[] = [];
  const laneDue = state(new Float64Array(MAX_LANES).fill(Infinity)); // when the first event of each lane happens
  const laneHead = state(new Int32Array(MAX_LANES).fill(NONE));
  const laneTail = state(new Int32Array(MAX_LANES).fill(NONE));
  const laneMs: number[] = [];
  const integers = state(Int32Array.of(0, NONE, 0));
  const { times, tokens, earlier, compare, insert, take, settle, filter } = createHeap({ due, order, state });

  /** Keeps an array that changes during a run: `reset` puts it back to what it held when it was handed in. */
  function state<Values extends Int32Array | Float64Array>(values: Values): Values {
    initial.set(values, values.some((value) => value !== 0) ? values.slice() : null);
    return values;
  }

  /** Back to time 0 with an empty calendar, and all state as it was at assembly. What was assembled stays, and stays compiled. */
  function reset(): void {
    for (const [values, before] of initial) {
      if (before === null) values.fill(0);
      else values.set(before);
    }
  }

  function create(): number {
    const token = integers[FREED]!;
    if (token !== NONE) {
      integers[FREED] = links[token]!;
      return token;
    }
    if (integers[FRESH] === capacity) throw new RangeError(`more than ${capacity} tokens at once`);
    return integers[FRESH]!++;
  }

  function destroy(token: number): void {
    links[token] = integers[FREED]!;
    integers[FREED] = token;
  }

  function enterLane(lane: number, ms: number, stage: number, token: number): void {
    const time = clock[0] + ms;
    const last = laneTail[lane]!;
    due[token] = time;
    links[token] = NONE;
    stageOf[token] = stage;
    order[token] = ++integers[SEQUENCE]!;
    laneTail[lane] = token;
    if (last !== NONE) {
      links[last] = token;
    } else {
      laneHead[lane] = token;
      laneDue[lane] = time;
    }
  }

  function enterSolo(lane: number, stage: number, token: number): void {
    links[token] = NONE;
    stageOf[token] = stage;
    order[token] = ++integers[SEQUENCE]!;
    laneHead[lane] = token;
    laneTail[lane] = token;
    laneDue[lane] = due[token]!;
  }

  function enterHeap(stage: number, token: number): void {
    stageOf[token] = stage;
    order[token] = ++integers[SEQUENCE]!;
    insert(token);
  }

  /** A stage that holds each token for the same time (ms ≥ 0): a FIFO lane, no heap. Equal times share a lane. */
  function lane(ms: number, next: Stage): Stage {
    const stage = register(next);
    const lane = laneFor(ms);
    return (token) => enterLane(lane, ms, stage, token);
  }

  /** A stage for one token at a time, such as a source of arrivals: holds the token until the instant in its `due`. */
  function solo(next: Stage): Stage {
    const stage = register(next);
    const lane = laneFor(NaN);
    return (token) => enterSolo(lane, stage, token);
  }

  /**
   * Servers that hold one token at a time each, for its own time. While they are few each has a lane, which saves the heap; tokens of more
   * go through the heap. `stage` numbers what comes after a server, `enter` brings a token there.
   *
   * @param serverOf the server of each token, 0 to count - 1, a column that others write
   * @param ms a column, read when the token enters
   */
  function servers(count: number, serverOf: Int32Array, ms: Float64Array) {
    const lanes = count > FEW_SERVERS ? [] : Array.from({ length: count }, () => laneFor(NaN));
    const first = lanes[0] ?? NONE;
    return {
      stage: register,
      enter(stage: number, token: number): void {
        due[token] = clock[0] + ms[token]!;
        if (first === NONE) enterHeap(stage, token);
        else enterSolo(first + serverOf[token]!, stage, token);
      },
    };
  }

  /** A stage that holds each token for its own time (ms ≥ 0), read from a column when the token enters. */
  function timer(ms: Float64Array, next: Stage): Stage {
    const stage = register(next);
    return (token) => {
      due[token] = clock[0] + ms[token]!;
      enterHeap(stage, token);
    };
  }

  /** A stage that holds each token until the instant in its `due`. */
  function appointment(next: Stage): Stage {
    const stage = register(next);
    return (token) => enterHeap(stage, token);
  }

  /**
   * Takes events off the calendar before they happen, and returns their tokens in the order in which they would have happened; `due` still
   * says when. `belongs` sees each pending token and the stage that it was to enter. Costs a walk over all pending events.
   */
  function withdraw(belongs: (token: number, next: Stage) => boolean): number[] {
    const taken: number[] = [];
    const stays = (token: number) => {
      const goes = belongs(token, stages[stageOf[token]!]!);
      if (goes) taken.push(token);
      return !goes;
    };
    for (let lane = 0; lane < laneMs.length; lane++) {
      const rest: number[] = [];
      for (let token = laneHead[lane]!; token !== NONE; token = links[token]!) if (stays(token)) rest.push(token);
      laneHead[lane] = rest[0] ?? NONE;
      laneTail[lane] = rest.at(-1) ?? NONE;
      laneDue[lane] = rest[0] === undefined ? Infinity : due[rest[0]]!;
      for (const [i, token] of rest.entries()) links[token] = rest[i + 1] ?? NONE;
    }
    filter(stays);
    return taken.sort(compare);
  }

  /** Runs all events up to and including the instant `until` (ms) and leaves the clock there. */
  function run(until: number): void {
    let events: number;
    do {
      events = slice(until, SLICE);
      happened[0] += events;
    } while (events === SLICE);
    clock[0] = until;
  }

  /** Runs the next event if it happens by the instant `until` (ms, finite), leaves the clock there, and says whether it did. */
  function step(until: number): boolean {
    const events = slice(until, 1);
    happened[0] += events;
    return events === 1;
  }

  /** Runs at most `budget` events and says how many. */
  function slice(until: number, budget: number): number {
    const lanes = laneMs.length;
    for (let left = budget; left > 0; left--) {
      settle();
      let time = times[0]!;
      let first = NONE;
      let head: number;
      head = laneDue[0]!;
      if (head <= time && (head < time || wins(0, first, head))) {
        time = head;
        first = 0;
      }
      head = laneDue[1]!;
      if (head <= time && (head < time || wins(1, first, head))) {
        time = head;
        first = 1;
      }
      head = laneDue[2]!;
      if (head <= time && (head < time || wins(2, first, head))) {
        time = head;
        first = 2;
      }
      head = laneDue[3]!;
      if (head <= time && (head < time || wins(3, first, head))) {
        time = head;
        first = 3;
      }
      head = laneDue[4]!;
      if (head <= time && (head < time || wins(4, first, head))) {
        time = head;
        first = 4;
      }
      head = laneDue[5]!;
      if (head <= time && (head < time || wins(5, first, head))) {
        time = head;
        first = 5;
      }
      head = laneDue[6]!;
      if (head <= time && (head < time || wins(6, first, head))) {
        time = head;
        first = 6;
      }
      head = laneDue[7]!;
      if (head <= time && (head < time || wins(7, first, head))) {
        time = head;
        first = 7;
      }
      head = laneDue[8]!;
      if (head <= time && (head < time || wins(8, first, head))) {
        time = head;
        first = 8;
      }
      head = laneDue[9]!;
      if (head <= time && (head < time || wins(9, first, head))) {
        time = head;
        first = 9;
      }
      head = laneDue[10]!;
      if (head <= time && (head < time || wins(10, first, head))) {
        time = head;
        first = 10;
      }
      head = laneDue[11]!;
      if (head <= time && (head < time || wins(11, first, head))) {
        time = head;
        first = 11;
      }
      for (let lane = 12; lane < lanes; lane++) {
        head = laneDue[lane]!;
        if (head <= time && (head < time || wins(lane, first, head))) {
          time = head;
          first = lane;
        }
      }
      if (!(time <= until)) return budget - left;
      clock[0] = time;
      const token = first === NONE ? take() : takeFrom(first);
      const stage = stages[stageOf[token]!]!;
      stage(token);
    }
    return budget;
  }

  function takeFrom(lane: number): number {
    const token = laneHead[lane]!;
    const head = links[token]!;
    laneHead[lane] = head;
    if (head === NONE) {
      laneTail[lane] = NONE;
      laneDue[lane] = Infinity;
    } else {
      laneDue[lane] = due[head]!;
    }
    return token;
  }

  /** Whether a lane goes before the first so far (or before the heap) at the same time. */
  function wins(lane: number, first: number, time: number): boolean {
    return time !== Infinity && earlier(laneHead[lane]!, first === NONE ? tokens[0]! : laneHead[first]!);
  }

  function register(next: Stage): number {
    if (stages.length === MAX_STAGES) throw new RangeError(`more than ${MAX_STAGES} stages`);
    return stages.push(next) - 1;
  }

  function laneFor(ms: number): number {
    const known = laneMs.indexOf(ms); // never found for NaN
    if (known !== -1) return known;
    if (laneMs.length === MAX_LANES) throw new RangeError(`more than ${MAX_LANES} constant delays`);
    return laneMs.push(ms) - 1;
  }

  return {
    capacity,
    clock,
    happened,
    due,
    links,
    state,
    reset,
    create,
    destroy,
    lane,
    solo,
    servers,
    timer,
    appointment,
    withdraw,
    run,
    step,
  };
}
