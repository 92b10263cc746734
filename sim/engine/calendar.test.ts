import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Calendar, createCalendar, type Stage } from './calendar.ts';

vi.setConfig({ testTimeout: 60_000 });

const CAPACITY = 60;
const END_MS = 40;

/** What both calendars can do. */
type Likeness = Pick<
  Calendar,
  'clock' | 'due' | 'create' | 'destroy' | 'lane' | 'solo' | 'servers' | 'timer' | 'appointment' | 'withdraw' | 'run'
>;

/** The calendar as one would write it without a thought of speed: a list of events, sorted by (time, insertion). */
function createReference(): Likeness {
  const clock = new Float64Array(1) as Calendar['clock'];
  const due = new Float64Array(CAPACITY);
  let events: { token: number; atMs: number; order: number; next: Stage }[] = [];
  let insertions = 0;
  const free = Array.from({ length: CAPACITY }, (_, i) => CAPACITY - 1 - i);
  const enter = (token: number, atMs: number, next: Stage) => {
    due[token] = atMs;
    events.push({ token, atMs, order: insertions++, next });
    events.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  };
  const atDue = (next: Stage) => (token: number) => enter(token, due[token]!, next);
  return {
    clock,
    due,
    create: () => free.pop()!,
    destroy: (token) => free.push(token),
    lane: (ms, next) => (token) => enter(token, clock[0] + ms, next),
    solo: atDue,
    appointment: atDue,
    servers(_count, _serverOf, ms) {
      const stages: Stage[] = [];
      return { stage: (next) => stages.push(next) - 1, enter: (stage, token) => enter(token, clock[0] + ms[token]!, stages[stage]!) };
    },
    timer: (ms, next) => (token) => enter(token, clock[0] + ms[token]!, next),
    withdraw(belongs) {
      const taken = events.filter(({ token, next }) => belongs(token, next));
      events = events.filter((event) => !taken.includes(event));
      return taken.map(({ token }) => token);
    },
    run(until) {
      for (let first = events[0]; first !== undefined && first.atMs <= until; first = events[0]) {
        events.shift();
        clock[0] = first.atMs;
        first.next(first.token);
      }
      clock[0] = until;
    },
  };
}

/** Assembles stages on a calendar and returns what plays a script on them: tokens that wander as the script says. It tells all that happens. */
function assemble(calendar: Likeness) {
  const { clock, due } = calendar;
  const delays = new Float64Array(CAPACITY);
  const stages: Stage[] = [];
  let script: readonly number[] = [];
  let log: string[] = [];
  let [at, living] = [0, 0];
  const choose = (n: number) => script[at++ % script.length]! % n;

  const happens = (name: string): Stage => {
    const stage: Stage = (token) => {
      log.push(`${name} ${token} at ${clock[0]}`);
      goOn(token);
    };
    stages.push(stage);
    return stage;
  };
  const lanes = [0, 0.5, 1, 1, 1.5, 2, 3, 4, 5, 6, 7, 8].map((ms, i) => calendar.lane(ms, happens(`lane ${i}`)));
  const timer = calendar.timer(delays, happens('timer'));
  const appointment = calendar.appointment(happens('appointment'));
  // Tokens 0 and 1 have a lane each, 2 to 4 are on the servers 2 to 0 of three, 5 to 9 on those of as many as take the heap.
  const serverOf = Int32Array.from({ length: CAPACITY }, (_, token) => (token < 5 ? 4 - token : token));
  const server = (count: number, name: string): Stage => {
    const { stage, enter } = calendar.servers(count, serverOf, delays);
    const after = stage(happens(name));
    return (token) => enter(after, token);
  };
  const [few, many] = [server(3, 'few'), server(20, 'many')];
  const solos = [...[0, 1].map((i) => calendar.solo(happens(`solo ${i}`))), few, few, few, many, many, many, many, many];

  function enter(token: number): void {
    const solo = solos[token];
    due[token] = clock[0] + choose(7) / 2;
    delays[token] = choose(9) / 2;
    const stage = choose(lanes.length + 8);
    if (solo) solo(token);
    else if (stage < lanes.length) lanes[stage]!(token);
    else if (stage < lanes.length + 4) timer(token);
    else appointment(token);
  }

  function goOn(token: number): void {
    const action = log.length > 3_000 ? 0 : choose(16);
    if (action === 0 && token > 1) {
      living--;
      calendar.destroy(token);
      return;
    }
    if (action < 5 && living < CAPACITY) {
      living++;
      enter(calendar.create());
    }
    if (action === 5) {
      const remainder = choose(3);
      const from = stages[choose(stages.length)];
      const taken = calendar.withdraw((other, next) => other % 3 === remainder || next === from);
      log.push(`withdrawn ${taken.map((other) => `${other} due ${due[other]}`).join()}`);
      for (const other of taken) enter(other);
    }
    if (log.length < 4_000) enter(token);
  }

  return (numbers: readonly number[]): string[] => {
    [script, log, at, living] = [numbers, [], 0, 10];
    for (let i = 0; i < 10; i++) enter(calendar.create());
    for (const until of [0, 1, 1.25, 7.5, END_MS]) {
      calendar.run(until);
      log.push(`clock ${clock[0]}`);
    }
    return log;
  };
}

const scripts = fc.array(fc.nat(10_000), { minLength: 50, maxLength: 400 });

describe('events happen in the order of (time, insertion), as in a sorted list', () => {
  afterEach(() => void vi.restoreAllMocks());

  const startingAt = (sequence: number) => () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const integers = vi.spyOn(Int32Array, 'of').mockImplementationOnce((_, ...others) => Int32Array.from([sequence, ...others]));
        const calendar = createCalendar(CAPACITY);
        expect(integers).toHaveBeenCalledExactlyOnceWith(0, -1, 0);
        integers.mockRestore();
        expect(assemble(calendar)(script)).toEqual(assemble(createReference())(script));
      }),
      { numRuns: 60 },
    );
  };
  test('from the first event', startingAt(0));
  test('where the sequence number passes 2^31', startingAt(2 ** 31 - 500));
  test('where the sequence number passes 2^32', startingAt(-500));
});

test('after a reset the same calendar does the same again, whatever it did before', () => {
  fc.assert(
    fc.property(scripts, scripts, (script, other) => {
      const calendar = createCalendar(CAPACITY);
      const play = assemble(calendar);
      play(other);
      calendar.reset();
      expect(calendar.clock[0]).toBe(0);
      expect(play(script)).toEqual(assemble(createCalendar(CAPACITY))(script));
    }),
    { numRuns: 50 },
  );
});

test('event by event the same happens as in one go', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const whole = createCalendar(CAPACITY);
      const single = createCalendar(CAPACITY);
      const run = (until: number) => {
        let events = single.happened[0];
        while (single.step(until)) expect(single.happened[0]).toBe(++events);
        single.run(until);
        expect(single.happened[0]).toBe(events);
      };
      expect(assemble({ ...single, run })(script)).toEqual(assemble(whole)(script));
      expect(single.happened[0]).toBe(whole.happened[0]);
    }),
    { numRuns: 30 },
  );
});

test('a step leaves the clock at its event, or where it was', () => {
  const calendar = createCalendar(1);
  const enter = calendar.lane(5, () => {});
  enter(calendar.create());
  expect([calendar.step(4), calendar.clock[0]]).toEqual([false, 0]);
  expect([calendar.step(8), calendar.clock[0]]).toEqual([true, 5]);
  expect([calendar.step(8), calendar.clock[0]]).toEqual([false, 5]);
});

test.each([1, 999, 1_000, 1_001, 3_000])('%i events in one run are all counted', (events) => {
  const calendar = createCalendar(1);
  let left = events;
  const again = calendar.lane(1, (token) => {
    if (--left > 0) again(token);
  });
  again(calendar.create());
  calendar.run(events - 1);
  expect([left, calendar.happened[0]]).toEqual([1, events - 1]);
  calendar.run(events);
  expect([left, calendar.happened[0], calendar.clock[0]]).toEqual([0, events, events]);
});

test('state is put back to what it held when it was handed in', () => {
  const calendar = createCalendar(1);
  const values = calendar.state(Int32Array.of(1, 2, 3));
  values.fill(9);
  calendar.reset();
  expect([...values]).toEqual([1, 2, 3]);
});

test('what lies beyond the end of time never happens', () => {
  const calendar = createCalendar(2);
  const never = calendar.solo(() => expect.fail());
  const later = calendar.appointment(() => expect.fail());
  for (const enter of [never, later]) {
    const token = calendar.create();
    calendar.due[token] = Infinity;
    enter(token);
  }
  calendar.run(1e300);
  expect(calendar.happened[0]).toBe(0);
});

describe('limits', () => {
  test('more tokens than the capacity are an error; a destroyed one can be created again', () => {
    const calendar = createCalendar(3);
    const tokens = [calendar.create(), calendar.create(), calendar.create()];
    expect(new Set(tokens).size).toBe(3);
    expect(() => calendar.create()).toThrow(new RangeError('more than 3 tokens at once'));
    calendar.destroy(tokens[1]!);
    expect(calendar.create()).toBe(tokens[1]);
    expect(() => calendar.create()).toThrow(RangeError);
  });

  test('64 different constant delays are no error, 65 are', () => {
    const calendar = createCalendar(1);
    for (let ms = 0; ms < 64; ms++) calendar.lane(ms, () => {});
    expect(() => calendar.lane(5, () => {})).not.toThrow();
    expect(() => calendar.lane(64, () => {})).toThrow(RangeError);
  });
});
