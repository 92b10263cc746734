import type { Fault, Scenario } from '../../fixtures/schema.ts';
import type { Calendar, Stage } from '../engine/calendar.ts';
import { createQueues } from '../engine/queues.ts';
import type { EventLoops } from './event-loop.ts';
import type { Hooks } from './moments.ts';
import { type Requests, STATEMENTS, type Statement } from './requests.ts';
import type { Step } from './route.ts';

export type DatabaseFault = Extract<Fault, { kind: `database${string}` }>;
export type Database = ReturnType<typeof createDatabase>;

// What is wrong, as bits; a statement that begins while nothing is takes the short way.
const SLOW = 1;
const STALLED = 2;
const DOWN = 4;
const BIT = { databaseSlow: SLOW, databaseStall: STALLED, databaseDown: DOWN } as const;

/** The stages of one use of the database in a route. */
interface Use {
  readonly begin: Stage; // with both connections
  readonly resume: Stage; // after a stall, for what is left
  readonly refuse: Stage; // an event of its own: failing at once, a long queue of requests would fail as one deep recursion
  readonly fail: Stage;
}

/**
 * The database as a station. A statement needs a connection of its pod's pool, then one of the database; it waits for each in order of
 * arrival, holds both until its pod reads the answer, and gives both back.
 */
export function createDatabase(
  calendar: Calendar,
  { pod, statement }: Requests,
  { database, pods }: Scenario,
  hooks: Hooks,
  loops: EventLoops,
) {
  const { queryAsked, abandoned, queryBegun, queryDone, queryAnswered, queryEnded } = hooks;
  const whole = pods.count; // the database's own limit stands after those of the pods
  const frozen = pods.count + 1; // a queue for the statements that a stall has stopped
  const limits = Int32Array.from({ length: pods.count + 1 }, (_, p) => (p === whole ? database.connections : database.connectionsPerPod));
  const free = calendar.state(limits);
  const waiting = createQueues(calendar, pods.count + 2);
  const inLine = waiting.length;
  const uses: Use[] = [];
  const useOf = new Uint8Array(calendar.capacity);
  const completions = new Set<Stage>();
  const connected = calendar.state(new Int32Array(calendar.capacity)); // 1: holds both connections
  const leftMs = new Float64Array(calendar.capacity); // of a statement that does not take its usual time
  const trouble = calendar.state(new Int32Array(1));
  const factor = calendar.state(Float64Array.of(1));

  /** Whether the request has its connections. If not, it waits for one or, where the database is down, has been refused. */
  function ask(request: number, use: number, kind: number): boolean {
    useOf[request] = use;
    statement[request] = kind;
    queryAsked?.(request);
    if (trouble[0]! >= DOWN) {
      uses[use]!.refuse(request);
      return false;
    }
    const p = pod[request]!;
    if (free[p] === 0) {
      waiting.push(p, request);
      return false;
    }
    free[p]!--;
    return connect(request);
  }

  /** The same for a request that has a connection of its pod's pool. */
  function connect(request: number): boolean {
    if (free[whole] === 0) {
      waiting.push(whole, request);
      return false;
    }
    free[whole]!--;
    return true;
  }

  function begin(request: number): void {
    uses[useOf[request]!]!.begin(request);
  }

  /** Goes on with a connection of the pod's pool that another request has given back. */
  function goOn(request: number): void {
    if (connect(request)) begin(request);
  }

  function disconnect(request: number): void {
    connected[request] = 0;
    queryEnded?.(request);
    if (inLine[whole] === 0) free[whole]!++;
    else begin(waiting.shift(whole));
    const p = pod[request]!;
    if (inLine[p] === 0) free[p]!++;
    else goOn(waiting.shift(p));
  }

  /** Its pod reads the answer. */
  function answer(request: number): void {
    queryAnswered?.(request);
    disconnect(request);
  }

  /** Begins a statement that will not take its usual time. */
  function hinder(request: number, usualMs: number): void {
    leftMs[request] = usualMs * factor[0]!;
    if (trouble[0]! & STALLED) waiting.push(frozen, request);
    else uses[useOf[request]!]!.resume(request);
  }

  function stall(): void {
    for (const request of calendar.withdraw((_, next) => completions.has(next))) {
      leftMs[request] = calendar.due[request]! - calendar.clock[0];
      waiting.push(frozen, request);
    }
  }

  function thaw(): void {
    for (const request of waiting.withdraw(frozen)) uses[useOf[request]!]!.resume(request);
  }

  /** All connections break: what runs and what waits has failed. An answer that its pod has still to read is there. */
  function breakDown(): void {
    const running = [...calendar.withdraw((_, next) => completions.has(next)), ...waiting.withdraw(frozen)];
    const inPools = [...Array(pods.count).keys()].flatMap((p) => waiting.withdraw(p));
    const inDatabase = waiting.withdraw(whole);
    for (const request of running) lose(request);
    for (const request of [...running, ...inDatabase]) free[pod[request]!]!++;
    const asking = [...inPools, ...inDatabase];
    for (const request of asking) abandoned?.(request);
    for (const request of [...running, ...asking]) uses[useOf[request]!]!.fail(request);
  }

  /** The connection of the database ends with the statement. */
  function lose(request: number): void {
    connected[request] = 0;
    queryEnded?.(request);
    free[whole]!++;
  }

  return {
    /** Runs one statement; where it fails, the request goes `otherwise`. */
    query(name: Statement, { otherwise }: { readonly otherwise: Stage }): Step {
      return (next) => {
        // Without loops the answer is read at once: no stage in between, as this is the simulation's innermost loop.
        const read = loops.timers === null ? null : loops.callback(`${name}Reply`, answer)(next);
        const done: Stage =
          read === null
            ? (request) => {
                queryDone?.(request);
                answer(request);
                next(request);
              }
            : (request) => {
                queryDone?.(request);
                read(request);
              };
        const fail = loops.callback('databaseError')(otherwise);
        const usualMs = database[`${name}Ms`];
        const usual = calendar.lane(usualMs, done);
        const begin: Stage = (request) => {
          connected[request] = 1;
          queryBegun?.(request);
          if (trouble[0] === 0) usual(request);
          else hinder(request, usualMs);
        };
        completions.add(done);
        const use = uses.push({ begin, resume: calendar.timer(leftMs, done), refuse: calendar.lane(0, fail), fail }) - 1;
        const kind = STATEMENTS.indexOf(name);
        return (request) => {
          if (ask(request, use, kind)) begin(request);
        };
      };
    },

    /**
     * Breaks the connections of a pod that crashed; what ran is rolled back. Of its requests, `elsewhere` are those that do not wait here;
     * those that do are returned.
     */
    abandon(p: number, elsewhere: readonly number[]): number[] {
      const ofPod = (request: number) => pod[request] === p;
      const stopped = waiting.withdraw(frozen, ofPod);
      const asking = [...waiting.withdraw(p), ...waiting.withdraw(whole, ofPod)];
      for (const request of asking) abandoned?.(request);
      free[p] = database.connectionsPerPod;
      for (const request of [...elsewhere, ...stopped]) {
        if (connected[request] === 0) continue;
        lose(request);
        if (inLine[whole]! > 0) goOn(waiting.shift(whole));
      }
      return [...stopped, ...asking];
    },

    suffer(fault: DatabaseFault): void {
      trouble[0]! |= BIT[fault.kind];
      if (fault.kind === 'databaseSlow') factor[0] = fault.factor;
      if (fault.kind === 'databaseStall') stall();
      if (fault.kind === 'databaseDown') breakDown();
    },

    recover(fault: DatabaseFault): void {
      trouble[0]! &= ~BIT[fault.kind];
      if (fault.kind === 'databaseSlow') factor[0] = 1;
      if (fault.kind === 'databaseStall') thaw();
    },
  };
}
