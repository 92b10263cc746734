import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attribute } from './attribution.ts';
import type { Boundary, HookEvent, Mark } from './recording.ts';

type Without<Event> = Event extends Boundary ? Omit<Event, 'atMs' | 'idleMs' | 'cpuMs'> : never;

/** Writes a recording by hand: each boundary is followed by work, or by a wait. */
function createScript() {
  const events: HookEvent[] = [];
  let [atMs, idleMs, cpuMs] = [1000, 0, 0];
  return {
    events,
    /** Enters a callback, at whose place in the recording what it creates refers. */
    enter(event: Without<Boundary>): number {
      return events.push({ ...event, atMs, idleMs, cpuMs } as Boundary) - 1;
    },
    mark(mark: Mark): void {
      events.push(mark);
    },
    work(ms: number): void {
      atMs += ms;
      cpuMs += ms;
    },
    away(ms: number): void {
      atMs += ms;
    },
    wait(ms: number): void {
      atMs += ms;
      idleMs += ms;
    },
    end(collections: readonly (readonly [number, number])[] = []) {
      events.push({ kind: 'other', atMs, idleMs, cpuMs });
      return attribute(events, collections).slice(0, -1); // the last has no end
    },
    now: () => atMs,
  };
}

const [HTTP, DB, MAIL] = [1, 2, 3];

test('a send is a chain of callbacks, each charged with what it did until the next', () => {
  const { enter, mark, work, wait, end } = createScript();
  enter({ kind: 'http', socket: HTTP, bytesRead: 2000 });
  mark({ kind: 'requested', what: 'send' });
  work(1);
  enter({ kind: 'http', socket: HTTP, bytesRead: 2000 });
  work(2);
  const body = enter({ kind: 'http', socket: HTTP, bytesRead: 2000 });
  work(4);
  wait(10);
  enter({ kind: 'dns', within: body });
  mark({ kind: 'statement', socket: DB, what: 'insert', id: 'the-id' });
  work(8);
  wait(20);
  const inserted = enter({ kind: 'database', socket: DB, bytesRead: 30 });
  work(16);
  enter({ kind: 'connected', within: inserted });
  work(32);
  wait(1);
  for (const [bytesRead, bytesWritten] of [
    [30, 0],
    [120, 12],
    [180, 110],
  ] as const) {
    enter({ kind: 'smtp', socket: MAIL, bytesRead, bytesWritten, within: inserted });
    work(64);
    wait(1);
  }
  enter({ kind: 'smtp', socket: MAIL, bytesRead: 200, bytesWritten: 2500, within: inserted });
  mark({ kind: 'statement', socket: DB, what: 'update', id: 'the-id' });
  work(128);
  enter({ kind: 'smtp', socket: MAIL, bytesRead: 200, bytesWritten: 2500, within: inserted }); // its end
  work(256);
  wait(15);
  enter({ kind: 'database', socket: DB, bytesRead: 60 });
  mark({ kind: 'answered', status: 200 });
  work(512);

  const callbacks = end();
  expect(callbacks.map(({ name, costMs }) => [name, costMs])).toEqual([
    ['send', 7],
    ['mxReply', 8],
    ['insertReply', 16],
    ['connected', 32],
    ['greeting', 64],
    ['ehloReply', 64],
    ['dataReply', 64],
    ['smtpReply', 384],
    ['updateReply', 512],
  ]);
  expect(callbacks.map(({ parent }) => callbacks[parent]?.name)).toEqual([
    undefined,
    'send',
    'mxReply',
    'insertReply',
    'insertReply',
    'insertReply',
    'insertReply',
    'insertReply',
    'smtpReply',
  ]);
  expect(callbacks[0]).toMatchObject({ firstMs: 1, woke: false });
  expect(callbacks[1]).toMatchObject({ woke: true, atMs: callbacks[0]!.endMs + 10 });
  expect(callbacks[2]).toMatchObject({ messageId: 'the-id' });
  expect(callbacks[3]).toMatchObject({ woke: false });
});

test('a status query, a 503 of either kind, and what is no request of the service', () => {
  const { enter, mark, work, end } = createScript();
  const ask = (bytesRead: number, what: 'send' | 'status' | 'operation', status: number | null) => {
    enter({ kind: 'http', socket: HTTP, bytesRead });
    mark({ kind: 'requested', what });
    if (status !== null) mark({ kind: 'answered', status });
    work(1);
  };
  ask(100, 'status', null);
  mark({ kind: 'statement', socket: DB, what: 'select', id: 'x' });
  enter({ kind: 'database', socket: DB, bytesRead: 80 });
  mark({ kind: 'answered', status: 200 });
  ask(200, 'status', 503);
  ask(300, 'send', 503);
  ask(400, 'operation', 200);
  ask(500, 'operation', 503);
  enter({ kind: 'database', socket: DB, bytesRead: 90 }); // nobody asked
  expect(end().map(({ name }) => name)).toEqual(['status', 'selectReply', 'rejected', 'rejected', 'operation', 'operation', 'unknown']);
});

test('an immediate belongs to the callback that left it, whatever ran in between', () => {
  const { enter, work, end } = createScript();
  const greeting = enter({ kind: 'smtp', socket: MAIL, bytesRead: 30, bytesWritten: 0, within: -1 });
  work(1);
  const first = enter({ kind: 'immediate', within: greeting });
  work(2);
  enter({ kind: 'other' });
  work(4);
  enter({ kind: 'immediate', within: first });
  work(8);
  enter({ kind: 'immediate', within: -1 }); // from before the recording
  work(16);
  expect(end()).toMatchObject([
    { name: 'greeting', costMs: 11, interrupted: 1 },
    { name: 'other', costMs: 4, interrupted: 0 },
    { name: 'unknown', costMs: 16 },
  ]);
});

test('replies that come in several pieces are one callback until the pod writes', () => {
  const { enter, work, end } = createScript();
  for (const [bytesRead, bytesWritten] of [
    [30, 0],
    [120, 12],
    [150, 110],
    [180, 110],
    [200, 2500],
  ] as const) {
    enter({ kind: 'smtp', socket: MAIL, bytesRead, bytesWritten, within: -1 });
    work(1);
  }
  expect(end().map(({ name, pieces, costMs }) => [name, pieces, costMs])).toEqual([
    ['greeting', 1, 1],
    ['ehloReply', 1, 1],
    ['dataReply', 2, 2],
    ['smtpReply', 1, 1],
  ]);
});

test('a collection is kept apart, and time off the CPU is taken out, of collections too', () => {
  const { enter, work, away, now, end } = createScript();
  const collections: [number, number][] = [];
  const collect = (ms: number, awayMs: number) => {
    const begunMs = now();
    work(ms);
    away(awayMs);
    collections.push([begunMs, now()]);
  };
  enter({ kind: 'other' });
  work(1);
  collect(5, 0);
  enter({ kind: 'other' });
  work(1);
  collect(2, 3);
  enter({ kind: 'other' });
  work(1);
  away(7);
  enter({ kind: 'other' });
  work(1);
  away(0.04);
  const [collected, both, preempted, noisy] = end(collections);
  expect(collected).toMatchObject({ costMs: 1, collectionsMs: [5], offCpuMs: 0 });
  expect(both).toMatchObject({ costMs: 1, collectionsMs: [2], offCpuMs: 3 });
  expect(preempted).toMatchObject({ costMs: 1, collectionsMs: [], offCpuMs: 7 });
  expect(noisy!.costMs).toBeCloseTo(1.04);
});

test('MX replies that are handed over together share what follows, and go on in their order', () => {
  const { enter, mark, work, wait, end } = createScript();
  const heads = [HTTP, HTTP + 10].map((socket) => {
    const head = enter({ kind: 'http', socket, bytesRead: 2000 });
    mark({ kind: 'requested', what: 'send' });
    work(1);
    return head;
  });
  wait(1);
  for (const within of heads) {
    enter({ kind: 'dns', within });
    work(1);
  }
  mark({ kind: 'statement', socket: DB, what: 'insert', id: 'first' });
  mark({ kind: 'statement', socket: DB + 10, what: 'insert', id: 'second' });
  work(4);
  wait(1);
  enter({ kind: 'database', socket: DB + 10, bytesRead: 30 });
  const callbacks = end();
  expect(callbacks.slice(2, 4)).toMatchObject([
    { name: 'mxReply', costMs: 3, parent: 0 },
    { name: 'mxReply', costMs: 3, parent: 1 },
  ]);
  expect(callbacks[4]).toMatchObject({ name: 'insertReply', parent: 3, messageId: 'second' });
});

test('a body that comes after its head is more of the same callback', () => {
  const { enter, mark, work, end } = createScript();
  enter({ kind: 'http', socket: HTTP, bytesRead: 300 });
  mark({ kind: 'requested', what: 'send' });
  work(1);
  enter({ kind: 'other' });
  work(2);
  enter({ kind: 'http', socket: HTTP, bytesRead: 2000 });
  work(4);
  expect(end()).toMatchObject([{ name: 'send', costMs: 5, firstMs: 1, pieces: 2 }, { name: 'other' }]);
});

test('no active time is lost or counted twice', () => {
  const boundary = fc.oneof(
    fc.record({ kind: fc.constant('http' as const), socket: fc.nat(2), bytesRead: fc.nat(3) }),
    fc.record({ kind: fc.constant('database' as const), socket: fc.nat(2), bytesRead: fc.nat(3) }),
    fc.record({ kind: fc.constant('smtp' as const), socket: fc.nat(2), bytesRead: fc.nat(3), bytesWritten: fc.nat(3), back: fc.nat(9) }),
    fc.record({ kind: fc.constantFrom('connected' as const, 'dns' as const, 'deadline' as const, 'immediate' as const), back: fc.nat(9) }),
    fc.record({ kind: fc.constant('other' as const) }),
  );
  const step = fc.record({ boundary, work: fc.nat(5), away: fc.nat(2), wait: fc.nat(3), send: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { events, enter, mark, work, away, wait, end } = createScript();
      for (const { boundary, ...then } of steps) {
        const within = 'back' in boundary ? events.length - 1 - boundary.back : -1;
        enter({ ...boundary, within } as Without<Boundary>);
        if (then.send) mark({ kind: 'requested', what: 'send' });
        work(then.work);
        away(then.away);
        wait(then.wait);
      }
      const charged = end().reduce((sum, { costMs, offCpuMs }) => sum + costMs + offCpuMs, 0);
      expect(charged).toBeCloseTo(steps.reduce((sum, then) => sum + then.work + then.away, 0));
    }),
  );
});
