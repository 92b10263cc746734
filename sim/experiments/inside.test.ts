import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { loadScenario } from '../../fixtures/scenario.ts';
import type { Fault, Scenario } from '../../fixtures/schema.ts';
import { assemble } from '../architectures/simulation.ts';
import { rejectedShare } from '../metrics/flows.ts';
import { type TraceEntry, traceMoments } from '../metrics/trace.ts';
import { FREE } from '../metrics/workers.ts';
import { plan, scenarioOf } from '../testing.ts';
import { openSession, type Snapshot, type View } from './inside.ts';
import { finish, prepare } from './simulate.ts';

vi.setConfig({ testTimeout: 60_000 });

const run = { seed: 42, ratePerSecond: 900 };
const view: View = { fromPod: 0, toPod: 5, dots: 200, spansPerDot: 10 };
const faults: readonly Fault[] = [
  { kind: 'smtpOutage', atMs: 2_000, forMs: 500, isp: 'gmail' },
  { kind: 'ispSlow', atMs: 2_200, forMs: 1_000, factor: 3 },
  { kind: 'databaseStall', atMs: 3_000, forMs: 200 },
  { kind: 'podCrash', atMs: 3_500, forMs: 500, pod: 2 },
  { kind: 'databaseDown', atMs: 4_500, forMs: 300 },
];
const troubled: Scenario = { ...scenarioOf({ 'smtp.timeoutMs': 1_500 }), faults: [...faults] };
const END_MS = 6_000;

function snapshotAt(scenario: Scenario, ms: number): Snapshot {
  const session = openSession(scenario, run);
  session.advance(ms);
  return session.read(view);
}

describe.each([
  ['stations alone', scenarioOf({}).pods],
  ['pods on event loops', loadScenario().pods],
])('what is seen at an instant depends on nothing else: %s', (_, pods) => {
  const scenario = { ...troubled, pods };
  const session = openSession(scenario, run);
  const move = fc.oneof(
    fc.record({ kind: fc.constant('advance' as const), byMs: fc.double({ min: 0, max: 900, noNaN: true }) }),
    fc.record({ kind: fc.constant('step' as const), times: fc.nat(40) }),
    fc.record({ kind: fc.constant('read' as const) }),
    fc.record({ kind: fc.constant('restart' as const) }),
  );
  test('but on the scenario: not on the way there, nor on earlier runs', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 12 }), fc.integer({ min: 1, max: END_MS }), (moves, ms) => {
        session.restart();
        for (const step of moves) {
          if (step.kind === 'restart') session.restart();
          if (step.kind === 'read') session.read(view);
          if (step.kind === 'advance') session.advance(session.atMs() + step.byMs);
          if (step.kind === 'step') for (let left = step.times; left > 0; left--) session.step(END_MS);
        }
        if (session.atMs() > ms) session.restart();
        session.advance(ms);
        expect(session.read(view)).toEqual(snapshotAt(scenario, ms));
      }),
      { numRuns: 20 },
    );
  });
});

describe('a fault that is injected', () => {
  const before = scenarioOf({});
  const injected: Fault = { kind: 'smtpOutage', atMs: 3_000, forMs: 2_000, isp: 'yahoo' };
  const after: Scenario = { ...before, faults: [injected] };

  function traceOf(scenario: Scenario): TraceEntry[] {
    const trace: TraceEntry[] = [];
    const simulation = assemble(scenario, [(calendar, requests) => [traceMoments(calendar, requests, (entry) => trace.push(entry))]]);
    simulation.restart('42/0', 900);
    simulation.runUntil(4_000);
    return trace;
  }

  test('leaves the past as it was, and only that', () => {
    const past = (trace: readonly TraceEntry[]) => trace.filter(({ atMs }) => atMs < injected.atMs);
    const [without, withIt] = [traceOf(before), traceOf(after)];
    expect(past(withIt)).toEqual(past(without));
    expect(past(without).length).toBeGreaterThan(10_000);
    expect(withIt).not.toEqual(without);
    expect(snapshotAt(after, injected.atMs - 1)).toEqual(snapshotAt(before, injected.atMs - 1));
  });

  test('gives what the same scenario from a file gives', () => {
    const session = openSession(before, run);
    session.advance(3_700);
    const again = openSession({ ...before, faults: [...before.faults, injected] }, run);
    again.advance(3_700);
    const fromFile = loadScenario({ set: ['pods.eventLoop=null', `faults=${JSON.stringify([injected])}`] });
    expect(again.read(view)).toEqual(snapshotAt(fromFile, 3_700));
    expect(again.read(view)).not.toEqual(session.read(view));
  });
});

const looped: Scenario = { ...troubled, pods: loadScenario().pods };

describe.each([
  ['stations alone', troubled],
  ['pods on event loops', looped],
])('the figures are those of a run: %s', (_, troubled) => {
  const { series } = finish(prepare(troubled)({ ...run, replication: 0, warmupMs: 0, measureMs: END_MS, batches: 1, seriesMs: 1_000 }));
  const { dots } = ((): Snapshot => {
    const session = openSession(troubled, run);
    session.advance(END_MS);
    return session.read({ ...view, spansPerDot: 100 });
  })();

  test('second by second: arrivals, 503s, connections, requests in flight', () => {
    expect(dots.dotMs).toBe(1_000);
    expect(dots.untilMs).toBe(END_MS);
    expect([...dots.arrivalsPerSecond]).toEqual(series!.map(({ arrivals }) => arrivals));
    expect([...dots.rejectedPerSecond]).toEqual(series!.map((flows) => expect.closeTo(rejectedShare(flows)! * flows.arrivals, 6)));
    expect([...dots.busyConnections]).toEqual(series!.map(({ busyConnectionMs }) => expect.closeTo(busyConnectionMs / 1_000, 6)));
    expect([...dots.inFlight]).toEqual(series!.map(({ inFlightMs }) => expect.closeTo(inFlightMs / 1_000, 6)));
    expect(Math.max(...dots.rejectedPerSecond)).toBeGreaterThan(0);
  });

  test('the share of time that event loops are active', () => {
    const session = openSession(troubled, run);
    for (const [i, { activeLoopMs }] of series!.entries()) {
      session.advance(1_000 * (i + 1));
      const { loopUtilisation } = session.read(view).second;
      expect([...(loopUtilisation ?? [])]).toEqual(activeLoopMs.map((ms) => expect.closeTo(ms / 1_000, 6)));
    }
    expect(dots.loopWaitMs === null).toBe(troubled.pods.eventLoop === null);
    for (const ms of dots.loopWaitMs ?? []) expect(ms).toBeGreaterThan(0);
  });

  test('busy workers: the integral of what is seen every ms is the run’s', () => {
    const session = openSession(troubled, run);
    const seen = [0, 0, 0, 0, 0];
    const STEP_MS = 0.5;
    for (let ms = STEP_MS / 2; ms < END_MS; ms += STEP_MS) {
      session.advance(ms);
      for (const [pod, busy] of session.read({ ...view, dots: 0 }).busy.entries()) seen[pod]! += busy * STEP_MS;
    }
    const expected = seen.map((_, pod) => series!.reduce((sum, { busyWorkerMs }) => sum + busyWorkerMs[pod]!, 0));
    for (const [pod, integral] of seen.entries()) expect(Math.abs(integral / expected[pod]! - 1)).toBeLessThan(0.001);
  });

  test('cells, numbers by pod and numbers by place agree at every instant', () => {
    const session = openSession(troubled, run);
    for (let ms = 7; ms < END_MS; ms += 7) {
      session.advance(ms);
      const { workers, busy, byPlace, lateByPlace } = session.read(view);
      const { places, late } = workers!;
      for (const [pod, n] of busy.entries())
        expect(places.subarray(pod * 50, (pod + 1) * 50).filter((place) => place !== FREE)).toHaveLength(n);
      const counts = new Int32Array(byPlace.length);
      const lateCounts = new Int32Array(byPlace.length);
      for (const [i, place] of places.entries()) {
        counts[place]!++;
        lateCounts[place]! += late[i]!;
      }
      expect(counts).toEqual(byPlace);
      expect(lateCounts).toEqual(lateByPlace);
    }
  });
});

test('the 503s of each pod are those of the latest second', () => {
  const one = scenarioOf({ 'pods.count': 2, 'pods.workers': 1 });
  const session = openSession(one, run, plan([0, 0, 0, 0, 0, 950, 950].map((atMs) => ({ atMs, smtpMs: 5_000 }))));
  const at = (ms: number) => {
    session.advance(ms);
    return [...session.read(view).second.rejected];
  };
  expect([at(90), at(100), at(1_000), at(1_100), at(1_900), at(2_000)]).toEqual([
    [0, 0],
    [2, 1],
    [3, 2],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
});

describe('a single step', () => {
  test('is one event, and tells of its moments, with the worker', () => {
    const session = openSession(scenarioOf({}), run, plan([{ atMs: 0.25 }, { atMs: 3_600_000 }]));
    const step = () => {
      expect(session.step(10_000)).toBe(true);
      return session.read(view);
    };
    expect(step()).toMatchObject({ atMs: 0.25, events: 1, stepped: [{ moment: 'arrived', worker: null, isp: 'gmail' }] });
    const entered = step();
    expect(entered.stepped.map(({ moment }) => moment)).toEqual(['admitted', 'queryAsked', 'queryBegun']);
    expect(entered.stepped[0]).toMatchObject({ pod: 0, worker: 0, request: 0 });
    expect(step().stepped.map(({ moment }) => moment)).toEqual(['queryDone', 'queryAnswered', 'queryEnded', 'deliveryBegun']);
    expect(step().stepped.map(({ moment }) => moment)).toEqual(['deliveryEnded', 'queryAsked', 'queryBegun']);
    expect(step().stepped.map(({ moment }) => moment)).toEqual(['queryDone', 'queryAnswered', 'queryEnded', 'released', 'departed']);
    expect(session.step(10_000)).toBe(false);
    expect(session.read(view).stepped).toEqual([]);
    session.advance(20_000);
    expect(session.read(view).atMs).toBe(20_000);
  });

  test('the past cannot be reached by going on', () => {
    const session = openSession(scenarioOf({}), run);
    session.advance(100);
    expect(() => session.advance(99)).toThrow(RangeError);
  });
});
