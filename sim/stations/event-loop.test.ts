import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble, type Observe } from '../architectures/simulation.ts';
import { follow, type Planned, scenarioOf } from '../testing.ts';
import { HANG } from '../workload/workload.ts';
import { REJECTED } from './requests.ts';

// Balancer 1.5 ms, INSERT 20 ms, UPDATE 15 ms, SELECT 5 ms, deadline 30 s; a planned send takes 100 ms to deliver.
const constant = (valueMs: number) => ({ kind: 'constant', valueMs });
const costs = (callbacks: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(callbacks).map(([name, ms]) => [name, constant(ms)]));
const withCosts = (callbacks: Readonly<Record<string, number>>, settings: Readonly<Record<string, unknown>> = {}) =>
  scenarioOf({ 'pods.count': 1, 'pods.eventLoop': { callbacks: costs(callbacks) }, ...settings });

const EACH = {
  request: 1, reject: 0.5, body: 2, mxReply: 3, insertReply: 4, connected: 5, greeting: 6, ehloReply: 7, dataReply: 8, smtpReply: 9,
  updateReply: 10, deadline: 11, query: 12, selectReply: 13,
}; // biome-ignore format: a table

describe('the callbacks of a request, each with its cost', () => {
  test('a send: while the ISP takes its time the pod works on', () => {
    // request to 2.5, body 4.5, mxReply 7.5, INSERT 27.5, insertReply 31.5; connect to dataReply 57.5, the reply 100 ms after the connect
    // at 131.5, smtpReply 140.5, UPDATE 155.5, updateReply 165.5
    expect(follow(withCosts(EACH), [{ atMs: 0 }]).life(0)).toEqual([
      'arrived 0',
      ...['callbackReady 1.5', 'callbackBegan 1.5', 'callbackEnded 2.5', 'admitted 2.5'],
      ...['callbackReady 2.5', 'callbackBegan 2.5', 'callbackEnded 4.5'],
      ...['callbackReady 4.5', 'callbackBegan 4.5', 'callbackEnded 7.5'],
      ...[
        'queryAsked 7.5',
        'queryBegun 7.5',
        'queryDone 27.5',
        'callbackReady 27.5',
        'callbackBegan 27.5',
        'queryAnswered 27.5',
        'queryEnded 27.5',
      ],
      ...['callbackEnded 31.5', 'deliveryBegun 31.5'],
      ...['callbackReady 31.5', 'callbackBegan 31.5', 'callbackEnded 36.5'],
      ...['callbackReady 36.5', 'callbackBegan 36.5', 'callbackEnded 42.5'],
      ...['callbackReady 42.5', 'callbackBegan 42.5', 'callbackEnded 49.5'],
      ...['callbackReady 49.5', 'callbackBegan 49.5', 'callbackEnded 57.5'],
      ...['callbackReady 131.5', 'callbackBegan 131.5', 'deliveryEnded 131.5', 'callbackEnded 140.5'],
      ...[
        'queryAsked 140.5',
        'queryBegun 140.5',
        'queryDone 155.5',
        'callbackReady 155.5',
        'callbackBegan 155.5',
        'queryAnswered 155.5',
        'queryEnded 155.5',
      ],
      ...['callbackEnded 165.5', 'released 165.5', 'departed 165.5'],
    ]);
  });

  test('a reply that is there before the message has been sent is read after it', () => {
    expect(follow(withCosts(EACH), [{ atMs: 0, smtpMs: 3 }]).answers).toEqual(['sent 91.5']);
  });

  test('a status query: SELECT is sent in the callback that read the headers', () => {
    const { answers, life } = follow(withCosts(EACH), [
      { atMs: 0, kind: 'status' },
      { atMs: 0, kind: 'status' },
    ]);
    expect(answers).toEqual(['statusAnswered 40.5', 'statusAnswered 53.5']);
    expect(life(1).slice(1, 4)).toEqual(['callbackReady 1.5', 'callbackBegan 14.5', 'callbackEnded 15.5']);
  });

  test('a request that finds no worker is turned away in the callback that read its headers', () => {
    const { answers } = follow(withCosts(EACH, { 'pods.workers': 1 }), [{ atMs: 0 }, { atMs: 0 }, { atMs: 0, kind: 'status' }]);
    expect(answers).toEqual(['sent 168.5', 'rejected 6', 'rejected 7.5']); // the MX reply of the first waits for both: 3 ms
  });

  test('a hang: the timer of Node, set when the message is composed, begins a callback of its own', () => {
    // Set at 31.5, on the loop's clock 31; the loop sleeps from 57.5 on, and for whole ms: it wakes at 30,031.5.
    expect(follow(withCosts(EACH), [{ atMs: 0, reply: HANG }]).answers).toEqual([`timedOut ${30_031.5 + 11 + 15 + 10}`]);
  });
});

test('50 replies that come together wait for one another', () => {
  const sends = Array.from({ length: 50 }, () => ({ atMs: 0 }));
  const { answers } = follow(withCosts({ smtpReply: 0.25 }, { 'database.connectionsPerPod': 50 }), sends);
  expect(answers).toEqual(sends.map((_, i) => `sent ${121.5 + 0.25 * (i + 1) + 15}`));
});

test('a connection is free again when its answer is read, not when the database has sent it', () => {
  const scenario = withCosts({ body: 30 }, { 'pods.count': 2, 'database.connections': 1 });
  const { life } = follow(scenario, [{ atMs: 0 }, { atMs: 28.5 }, { atMs: 40 }]);
  // The first statement runs from 31.5 to 51.5, while from 41.5 to 71.5 its pod reads the body of the third. The other pod asks at 60.
  expect(life(0)).toContain('queryEnded 71.5');
  expect(life(1)).toContain('queryAsked 60');
  expect(life(1)).toContain('queryBegun 71.5');
});

describe('what goes wrong', () => {
  test('a deadline that passes while the reply waits for its turn wins: the connection is closed', () => {
    // Connected at 51.5 ms, replied at 30,045, due at 30,051 on the loop's clock. From 30,040 to 30,070 it reads the body of another send:
    // at its end the timers come before the poll.
    const send = { atMs: 0, smtpMs: 29_993.5 };
    const scenario = withCosts({ body: 30 });
    expect(follow(scenario, [send]).answers).toEqual(['sent 30060']);
    const { answers, life, rows } = follow(scenario, [send, { atMs: 30_038.5 }]);
    expect(life(0).filter((moment) => moment.startsWith('delivery'))).toEqual(['deliveryBegun 51.5', 'deliveryEnded 30070']);
    expect(answers[0]).toBe('timedOut 30085');
    expect(rows).toEqual({ pending: 0, sent: 1, failed: 1 });
  });

  test('a reply that would come after the deadline never does', () => {
    const { answers, rows } = follow(withCosts({}), [{ atMs: 0, smtpMs: 30_002 }, { atMs: 40_000 }]);
    expect(answers).toEqual(['timedOut 30036.5', 'sent 40136.5']);
    expect(rows).toEqual({ pending: 0, sent: 1, failed: 1 });
  });

  test('a crash aborts what is in the loop, on its timers and in the database, and the new process begins at nothing', () => {
    const crash = { kind: 'podCrash', atMs: 40, forMs: 10, pod: 0 };
    const scenario = withCosts({ body: 3, smtpReply: 5 }, { faults: [crash], 'pods.workers': 4 });
    const hung: Planned = { atMs: 0, reply: HANG };
    const { answers } = follow(scenario, [hung, { atMs: 0, smtpMs: 15 }, { atMs: 14 }, { atMs: 36 }, { atMs: 37 }, { atMs: 60 }]);
    expect(answers).toEqual([...Array.from({ length: 5 }, () => 'aborted 40'), `sent ${60 + 1.5 + 3 + 20 + 100 + 5 + 15}`]);
  });

  test('an answer that is there when the database goes down is read', () => {
    const down = { kind: 'databaseDown', atMs: 60, forMs: 10 };
    const { answers } = follow(withCosts({ body: 30 }, { faults: [down] }), [{ atMs: 0 }, { atMs: 35 }]);
    expect(answers).toEqual(['sent 181.5', 'failed 66.5']);
  });
});

// Instants to the ns at random, so that nothing happens at once.
const ms = (max: number) => fc.noBias(fc.integer({ min: 1, max: max * 1e6 })).map((ns) => ns / 1e6);
const planned = fc
  .array(
    fc.record({
      atMs: ms(2000),
      kind: fc.constantFrom('send' as const, 'send' as const, 'status' as const),
      smtpMs: ms(900),
      reply: fc.constantFrom(0, 0, 0, 1, 2, 3),
    }),
    { minLength: 1, maxLength: 150, size: 'max' },
  )
  .map((list) => list.sort((a, b) => a.atMs - b.atMs));
const service = fc.record({
  'pods.count': fc.integer({ min: 1, max: 3 }),
  'pods.workers': fc.integer({ min: 1, max: 20 }),
  'pods.queueCapacity': fc.constantFrom(0, 0, 3),
  'database.connectionsPerPod': fc.integer({ min: 1, max: 10 }),
  'smtp.timeoutMs': fc.constantFrom(1000, 1234.5),
});

describe('callbacks that cost nothing', () => {
  const read = (answers: readonly (string | undefined)[]) =>
    answers.map((answer) => {
      const [outcome, ms] = answer!.split(' ');
      return { outcome, ms: Number(ms) };
    });

  test('without hangs every request ends as without the loop, to the ns', () => {
    fc.assert(
      fc.property(service, planned, (settings, requests) => {
        const answered = requests.map((request) => ({ ...request, reply: request.reply % 3 }));
        const pure = read(follow(scenarioOf(settings), answered).answers);
        const looped = read(follow(scenarioOf({ ...settings, 'pods.eventLoop': {} }), answered).answers);
        expect(looped.map(({ outcome }) => outcome)).toEqual(pure.map(({ outcome }) => outcome));
        for (const [i, { ms }] of looped.entries()) expect(Math.abs(ms - pure[i]!.ms)).toBeLessThan(1e-6);
      }),
      { numRuns: 300 },
    );
  });

  test('at 1,000 requests a second, drawn from the same streams, near saturation', () => {
    const answersOf = (eventLoop: object | null) => {
      const scenario = scenarioOf({ 'pods.eventLoop': eventLoop });
      const answers = new Map<number, { outcome: number; ms: number }>();
      const observe: Observe = ({ clock }, { number, outcome }) => [
        { departed: (request) => answers.set(number[request]!, { outcome: outcome[request]!, ms: clock[0] }) },
      ];
      const simulation = assemble(scenario, [observe]);
      simulation.restart('42/0', 1000);
      simulation.runUntil(60_000);
      return answers;
    };
    const [pure, looped] = [answersOf(null), answersOf({})];
    expect(looped.size).toBe(pure.size);
    for (const [number, { outcome, ms }] of pure) {
      expect(looped.get(number)!.outcome).toBe(outcome);
      expect(Math.abs(looped.get(number)!.ms - ms)).toBeLessThan(1e-6);
    }
    expect([...pure.values()].filter(({ outcome }) => outcome === REJECTED).length).toBeGreaterThan(50);
  });

  test('with hangs only what timed out ends at another instant, by less than 1 ms and the fraction of the delay, which setTimeout cuts', () => {
    const roomy = { 'pods.workers': 1000, 'database.connectionsPerPod': 1000, 'database.connections': 1000 };
    fc.assert(
      fc.property(planned, fc.constantFrom(1000, 1234.5), (requests, timeoutMs) => {
        const settings = { ...roomy, 'smtp.timeoutMs': timeoutMs };
        const pure = read(follow(scenarioOf(settings), requests).answers);
        const looped = read(follow(scenarioOf({ ...settings, 'pods.eventLoop': {} }), requests).answers);
        expect(looped.map(({ outcome }) => outcome)).toEqual(pure.map(({ outcome }) => outcome));
        for (const [i, { outcome, ms }] of looped.entries()) {
          expect(Math.abs(ms - pure[i]!.ms)).toBeLessThan(outcome === 'timedOut' ? 1 + (timeoutMs % 1) : 1e-6);
        }
      }),
      { numRuns: 300 },
    );
  });
});
