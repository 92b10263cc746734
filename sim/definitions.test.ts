import { expect, test } from 'vitest';
import type { Observe } from './architectures/simulation.ts';
import { summarise } from './experiments/point.ts';
import { finish, prepare } from './experiments/simulate.ts';
import { type TraceEntry, traceMoments } from './metrics/trace.ts';
import { follow, type Planned, plan, scenarioOf } from './testing.ts';
import { drawWorkload, HANG, KINDS, SEND } from './workload/workload.ts';

/**
 * Each test is named for a line of the table "Ties and edges" in ARCHITECTURE.md, and each line has its test (`lint/definitions.test.ts`).
 * Without event loops a send takes 1.5 ms of balancer, INSERT 20, SMTP 100, UPDATE 15: its delivery begins 21.5 ms after its arrival.
 */

const isps = [{ name: 'only', share: 1, latencyMs: { kind: 'constant', valueMs: 100 } }];
const onePod = { 'pods.count': 1, 'smtp.isps': isps };
const service = (more: Record<string, unknown> = {}) => scenarioOf({ ...onePod, ...more });
const fault = (kind: string, atMs: number, forMs: number, more: object = {}) => ({ kind, atMs, forMs, ...more });
const answers = (more: Record<string, unknown>, ...requests: Planned[]) => follow(service(more), requests).answers;

/** The figures of a run of a plan. */
function figures(more: Record<string, unknown>, requests: readonly Planned[], { warmupMs = 0, measureMs = 1000 } = {}) {
  const scenario = service(more);
  const task = { seed: 1, replication: 0, ratePerSecond: 1, warmupMs, measureMs, batches: 1, seriesMs: null };
  const { batches, rows } = finish(prepare(scenario, { workload: plan(requests) })(task));
  return summarise(scenario, {
    ...{ ratePerSecond: 1, warmup: { ms: warmupMs, rule: 'given' }, measureMs },
    ...{ runs: [batches], rows: [rows], recovery: null, precise: true },
  });
}

test('the measurement interval', () => {
  const arrive = (...instants: number[]) => instants.map((atMs): Planned => ({ atMs, kind: 'status' }));
  expect(figures({}, arrive(0, 1, 1000, 1001)).arrivals).toBe(3);
  expect(figures({}, arrive(0, 1, 50, 51, 1050, 1051), { warmupMs: 50 }).arrivals).toBe(2);
});

test('events of one instant', () => {
  const one = { 'pods.workers': 1 };
  // The first gives its worker back at 136.5, after 15 ms of UPDATE; the second has come from the balancer, 1.5 ms, at that instant.
  expect(answers(one, { atMs: 0 }, { atMs: 135 })).toEqual(['sent 136.5', 'sent 271.5']);
  // With 20 ms of balancer the second's wait began before the first's UPDATE.
  expect(answers({ ...one, 'balancer.latencyMs': 20 }, { atMs: 0 }, { atMs: 135 })).toEqual(['sent 155', 'rejected 155']);
});

test('the balancer’s connections', () => {
  const two = { 'balancer.maxConnections': 1 };
  // An answer is given at 136.5. To come at that instant the second has waited since the first arrived: before the UPDATE.
  expect(answers(two, { atMs: 0 }, { atMs: 136.5 }, { atMs: 136.75 })).toEqual(['sent 136.5', 'refused 136.5', 'sent 273.25']);
});

test('leastConnections', () => {
  const settings = { 'pods.count': 3, 'balancer.policy': 'leastConnections', 'smtp.isps': isps };
  const { trace } = follow(
    scenarioOf(settings),
    [0, 1, 2, 3, 200].map((atMs) => ({ atMs, smtpMs: atMs === 1 ? 10 : 1000 })),
  );
  const pods = trace.filter(({ moment }) => moment === 'admitted').map(({ pod }) => pod);
  expect(pods).toEqual([0, 1, 2, 0, 1]); // of equals the next after pod 2, then the one with none
});

test('no pod up', () => {
  const down = { faults: [fault('podCrash', 0, 500, { pod: 0 })], 'balancer.maxConnections': 1 };
  expect(answers(down, { atMs: 10 }, { atMs: 11 }, { atMs: 12 })).toEqual(['aborted 11.5', 'refused 11', 'aborted 13.5']);
  const { outcomes, sojournMs, rejectionRate, rows } = figures(down, [{ atMs: 10 }]);
  expect([outcomes.aborted, sojournMs, rejectionRate.mean, rows.pending]).toEqual([1, null, 0, 0]);
});

test('the two limits of connections', () => {
  const { trace } = follow(
    scenarioOf({ 'pods.count': 2, 'database.connectionsPerPod': 1, 'database.connections': 1, 'database.selectMs': 10 }),
    // Dealt in turn: pods 0, 1, 0, 1. The first has the database's connection, the second its pool's, and the others wait for their pools'.
    [0, 1, 2, 3].map((atMs) => ({ atMs, kind: 'status' })),
  );
  const begun = trace.filter(({ moment }) => moment === 'queryBegun').map(({ atMs, request }) => [request, atMs]);
  expect(begun).toEqual([
    [0, 1.5],
    [1, 11.5],
    [2, 21.5], // it had its pool's at 11.5, before
    [3, 31.5], // it had its own
  ]);
});

test('a statement in a stall', () => {
  const stall = fault('databaseStall', 100, 50);
  const query = (atMs: number): Planned => ({ atMs: atMs - 1.5, kind: 'status' });
  const { trace, answers } = follow(service({ 'database.connectionsPerPod': 1, faults: [stall] }), [query(98), query(120), query(149)]);
  expect(trace.filter(({ moment }) => moment === 'queryBegun').map(({ atMs }) => atMs)).toEqual([98, 153, 158]); // one connection: in turn
  expect(answers).toEqual(['statusAnswered 153', 'statusAnswered 158', 'statusAnswered 163']);
  expect(follow(service({ faults: [stall] }), [query(98), query(120), query(149)]).answers).toEqual([
    'statusAnswered 153', // 2 of its 5 ms were over
    'statusAnswered 155',
    'statusAnswered 155',
  ]);
});

test('a slow database', () => {
  const query = (atMs: number): Planned => ({ atMs: atMs - 1.5, kind: 'status' });
  const slow = (atMs: number, forMs: number) => ({ faults: [fault('databaseSlow', atMs, forMs, { factor: 10 })] });
  expect(answers(slow(100, 10), query(99), query(100), query(110))).toEqual([
    'statusAnswered 104',
    'statusAnswered 150',
    'statusAnswered 115',
  ]);
  const both = [...slow(100, 20).faults, fault('databaseStall', 110, 100)];
  expect(answers({ faults: both }, query(115), query(125))).toEqual(['statusAnswered 260', 'statusAnswered 215']);
});

test('what a fault catches', () => {
  const deliversAt = (atMs: number): Planned => ({ atMs: atMs - 21.5 });
  expect(
    answers({ faults: [fault('smtpOutage', 1000, 500)] }, deliversAt(999.5), deliversAt(1000), deliversAt(1499.5), deliversAt(1500)),
  ).toEqual(['sent 1114.5', 'timedOut 31015', 'timedOut 31514.5', 'sent 1615']);
  // What would end at the very instant of the start is caught: the answer of a SELECT, and of a request.
  const query: Planned = { atMs: 93.5, kind: 'status' }; // 95 to 100
  expect(answers({ faults: [fault('databaseDown', 100, 50)] }, query)).toEqual(['failed 100']);
  expect(answers({ faults: [fault('databaseStall', 100, 50)] }, query)).toEqual(['statusAnswered 150']);
  expect(answers({ faults: [fault('podCrash', 100, 50, { pod: 0 })] }, query)).toEqual(['aborted 100']);
  const [first, second] = [fault('ispSlow', 0, 1000, { factor: 2 }), fault('ispSlow', 1000, 500, { factor: 3 })];
  expect(answers({ faults: [second, first] }, deliversAt(1000))).toEqual(['sent 1315']);
  // At the instant of the end all is well again.
  expect(answers({ faults: [fault('databaseDown', 10, 85)] }, query)).toEqual(['statusAnswered 100']);
  expect(answers({ faults: [fault('podCrash', 10, 85, { pod: 0 })] }, query)).toEqual(['statusAnswered 100']);
});

test('the deadline', () => {
  expect(answers({ 'smtp.timeoutMs': 100 }, { atMs: 0, smtpMs: 99.5 }, { atMs: 0, smtpMs: 100 })).toEqual(['sent 136', 'timedOut 136.5']);
  const slow = { faults: [fault('ispSlow', 0, 1000, { factor: 2 })], 'smtp.timeoutMs': 100 };
  expect(answers(slow, { atMs: 0, smtpMs: 49.5 }, { atMs: 0, smtpMs: 50 })).toEqual(['sent 135.5', 'timedOut 136.5']);
});

test('ispThrottle and hangs', () => {
  const throttle = fault('ispThrottle', 0, 1000, { share: 0.5 });
  const hang = (throttle: number): Planned => ({ atMs: 0, reply: HANG, throttle });
  expect(answers({ faults: [throttle] }, hang(0.4), hang(0.5))).toEqual(['failed 136.5', 'timedOut 30036.5']);
  expect(answers({ faults: [throttle, fault('smtpOutage', 0, 1000)] }, hang(0.4))).toEqual(['timedOut 30036.5']);
});

test('throughputPerSecond', () => {
  const requests: Planned[] = [{ atMs: 0 }, { atMs: 1, kind: 'status' }, { atMs: 2 }, { atMs: 200, reply: HANG }, { atMs: 990 }];
  const { throughputPerSecond, outcomes } = figures({ 'pods.workers': 2, 'smtp.timeoutMs': 500 }, requests);
  expect(outcomes).toMatchObject({ sent: 1, statusAnswered: 1, rejected: 1, timedOut: 1, inFlight: 1 });
  expect(throughputPerSecond.mean).toBe(3);
});

test('goodputPerSecond', () => {
  // Accepted at 121.5; the UPDATE that follows fails.
  const down = { faults: [fault('databaseDown', 130, 50)] };
  const { goodputPerSecond, outcomes } = figures(down, [{ atMs: 0 }]);
  expect([goodputPerSecond.mean, outcomes.unrecorded]).toEqual([1, 1]);
  expect(figures({}, [{ atMs: 0 }], { measureMs: 121 }).goodputPerSecond.mean).toBe(0);
  expect(figures({}, [{ atMs: 0 }], { measureMs: 125 }).goodputPerSecond.mean).toBe(8); // before its answer
});

test('sojournMs', () => {
  const crash = { faults: [fault('podCrash', 100, 50, { pod: 0 })] };
  const requests: Planned[] = [{ atMs: 50 }, { atMs: 120 }, { atMs: 200 }, { atMs: 300, reply: HANG }];
  const { sojournMs, outcomes } = figures({ ...crash, 'smtp.timeoutMs': 200 }, requests);
  expect(outcomes).toMatchObject({ aborted: 2, sent: 1, timedOut: 1 });
  expect(sojournMs!.mean.mean).toBe((136.5 + 236.5) / 2);
  expect(figures({}, [{ atMs: 900 }, { atMs: 1000 }], { warmupMs: 1000 }).sojournMs!.mean.mean).toBe(136.5); // both arrived before
});

test('statusMs', () => {
  const down = { faults: [fault('databaseDown', 100, 50)] };
  const { statusMs } = figures(down, [
    { atMs: 0, kind: 'status' },
    { atMs: 120, kind: 'status' },
  ]);
  expect(statusMs!.mean.mean).toBe((6.5 + 1.5) / 2); // the second was answered 500
});

test('smtpMs', () => {
  const { smtpMs } = figures({ 'smtp.timeoutMs': 400 }, [{ atMs: 0 }, { atMs: 10, reply: HANG }, { atMs: 950 }]);
  expect(smtpMs!.mean.mean).toBe((100 + 400) / 2); // the last one is under way
});

test('databaseMs', () => {
  const { databaseMs } = figures({ 'database.connectionsPerPod': 1 }, [
    { atMs: 0, kind: 'status' },
    { atMs: 1, kind: 'status' },
  ]);
  expect(databaseMs.select!.mean.mean).toBe((5 + 9) / 2); // with the wait for the connection
  const down = { faults: [fault('databaseDown', 4, 50)] };
  expect(figures(down, [{ atMs: 0, kind: 'status' }]).databaseMs.select).toBeNull();
});

test('databaseQueriesPerSecond', () => {
  const down = { faults: [fault('databaseDown', 4, 50)] };
  const queries: Planned[] = [0, 20, 998].map((atMs) => ({ atMs, kind: 'status' }));
  expect(figures(down, queries).databaseQueriesPerSecond.mean).toBe(2); // one failed, one was refused a connection, one is under way
});

test('inFlight', () => {
  const { inFlight, outcomes } = figures({}, [{ atMs: 100 }, { atMs: 990 }]);
  expect(inFlight.mean).toBe((136.5 + 10) / 1000);
  expect(outcomes.inFlight).toBe(1);
  expect(figures({}, [{ atMs: 0 }], { warmupMs: 100, measureMs: 30 }).outcomes.inFlight).toBe(0); // it arrived before, though it is there
});

test('numbers of requests', () => {
  const scenario = service({ 'arrivals.mix': { send: 0.5, status: 0.5 } });
  const workload = drawWorkload(scenario);
  workload.restart('1/0', 100);
  const kinds: string[] = [];
  const sends: number[] = []; // their numbers among all requests
  for (let row = workload.next(); workload.atMs[row]! <= 1000; row = workload.next()) {
    if (workload.kind[row] === SEND) sends.push(kinds.length);
    else expect(workload.asksFor[row]).toBeLessThan(sends.length); // asksFor counts sends alone
    kinds.push(KINDS[workload.kind[row]!]!);
  }
  const told: string[] = [];
  const note = ({ moment, request, kind }: TraceEntry) => {
    if (moment === 'arrived') told[request] = kind;
  };
  const trace: Observe = (calendar, requests) => [traceMoments(calendar, requests, note)];
  const begin = prepare(scenario, { observers: [trace] });
  finish(begin({ seed: 1, replication: 0, ratePerSecond: 100, warmupMs: 500, measureMs: 500, batches: 1, seriesMs: null }));
  expect(told).toEqual(kinds); // `request` of a trace counts all, from the start of the warm-up
  expect(sends[1]).toBeGreaterThan(1);
});
