import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble, type Observe } from '../architectures/simulation.ts';
import type { Observer } from '../stations/moments.ts';
import { type Planned, plan, scenarioOf } from '../testing.ts';
import { HANG } from '../workload/workload.ts';
import { FREE, MOST_WATCHED, placesOf, type WorkerWatch, watchWorkers } from './workers.ts';

// Balancer 1.5 ms, INSERT 20 ms, UPDATE 15 ms, SELECT 5 ms; a planned delivery takes 100 ms.
const isps = ['one', 'other'].map((name) => ({ name, share: 0.5, latencyMs: { kind: 'constant', valueMs: 100 } }));
const small = { 'pods.count': 2, 'pods.workers': 3, 'database.connectionsPerPod': 2, 'smtp.isps': isps };

function watch(settings: Readonly<Record<string, unknown>>, requests: readonly Planned[], others: readonly Observe[] = []) {
  const scenario = scenarioOf({ ...small, ...settings });
  let workers!: WorkerWatch;
  const observe: Observe = (calendar, columns) => {
    workers = watchWorkers(calendar, columns, scenario);
    return [workers.observer];
  };
  const simulation = assemble(scenario, [observe, ...others], plan(requests));
  simulation.restart('plan', 1);
  const names = placesOf(scenario).map((place) => ('name' in place ? place.name : place.kind));
  const cells = () => Array.from(workers.workers(0, scenario.pods.count)!.places, (place) => names[place]);
  return { scenario, simulation, cells, workers: () => workers, names };
}

describe('what a worker waits for', () => {
  test('through a send: INSERT, the ISP, UPDATE, nothing', () => {
    const { simulation, cells } = watch({}, [{ atMs: 0, isp: 1 }]);
    const at = (ms: number) => {
      simulation.runUntil(ms);
      return cells()[0];
    };
    expect([at(1), at(2), at(21), at(22), at(121), at(122), at(136), at(137)]).toEqual([
      'free', 'insert', 'insert', 'other', 'other', 'update', 'update', 'free',
    ]); // biome-ignore format: in pairs
  });

  test('a connection, where all are taken', () => {
    const { simulation, cells } = watch({ 'pods.count': 1 }, [{ atMs: 0 }, { atMs: 0 }, { atMs: 0, kind: 'status' }]);
    simulation.runUntil(2);
    expect(cells()).toEqual(['insert', 'insert', 'connection']);
    simulation.runUntil(22);
    expect(cells()).toEqual(['one', 'one', 'select']);
  });

  test('the event loop, where callbacks cost time', () => {
    const cost = (valueMs: number) => ({ kind: 'constant', valueMs });
    const eventLoop = {
      callbacks: { request: cost(1), insertReply: cost(2), ehloReply: cost(4), smtpReply: cost(8), updateReply: cost(16) },
    };
    const { simulation, cells } = watch({ 'pods.eventLoop': eventLoop }, [{ atMs: 0 }]);
    const changes: string[] = [];
    for (let ms = 0; ms < 200; ms += 0.25) {
      simulation.runUntil(ms);
      if (changes.at(-1)?.split(' ')[1] !== cells()[0]) changes.push(`${ms} ${cells()[0]}`);
    }
    // It gets its worker after `request`; what the loop does for a delivery is part of the 100 ms that it takes.
    expect(changes).toEqual([
      '0 free', '2.5 insert', '22.5 loop', '28.5 one', '124.5 loop', '132.5 update', '147.5 loop', '163.5 free',
    ]); // biome-ignore format: one after the other
  });

  test('a pod that crashes has only free workers', () => {
    const faults = [{ kind: 'podCrash', atMs: 50, forMs: 10, pod: 0 }];
    const { simulation, cells, workers } = watch({ faults }, [{ atMs: 0 }, { atMs: 1 }]);
    simulation.runUntil(49);
    expect(cells()).toEqual(['one', 'free', 'free', 'one', 'free', 'free']);
    simulation.runUntil(50);
    expect(cells()).toEqual(['free', 'free', 'free', 'one', 'free', 'free']);
    expect([...workers().busy()]).toEqual([0, 1]);
  });
});

test('a request gets the free worker of lowest number', () => {
  const requests = fc.array(
    fc.record({ atMs: fc.nat(2_000), smtpMs: fc.nat(900), kind: fc.constantFrom('send' as const, 'status' as const) }),
    {
      maxLength: 300,
      size: 'max',
    },
  );
  fc.assert(
    fc.property(requests, fc.integer({ min: 1, max: 70 }), (list, size) => {
      const holders = [0, 1].map(() => Array.from({ length: size }, () => false));
      let watched!: () => WorkerWatch;
      const check: Observe = (_, { pod }) => {
        const observer: Observer = {
          admitted(request) {
            const lowest = holders[pod[request]!]!.indexOf(false);
            expect(watched().workerOf(request)).toBe(lowest);
            holders[pod[request]!]![lowest] = true;
          },
          released(request) {
            holders[pod[request]!]![watched().workerOf(request)!] = false;
          },
        };
        return [observer];
      };
      const { simulation, workers } = watch(
        { 'pods.workers': size },
        list.toSorted((a, b) => a.atMs - b.atMs),
        [check],
      );
      watched = workers;
      simulation.runUntil(1e6);
      expect(holders.flat()).not.toContain(true);
    }),
    { numRuns: 60 },
  );
});

test('numbers by place are those of the workers, however late they are', () => {
  const { simulation, workers, names } = watch({ 'smtp.timeoutMs': 500 }, [
    { atMs: 0 },
    { atMs: 0, isp: 1, reply: HANG },
    { atMs: 10, reply: HANG },
  ]);
  simulation.runUntil(121);
  const { places, late } = workers().workers(0, 2)!;
  for (const [place] of names.entries()) {
    expect(places.filter((each) => each === place).length).toBe(workers().byPlace()[place]);
    expect(places.filter((each, i) => each === place && late[i] === 1).length).toBe(workers().lateByPlace()![place]);
  }
  expect([...late]).toEqual([0, 0, 0, 0, 0, 0]);
  simulation.runUntil(122);
  expect([...workers().workers(0, 2)!.late]).toEqual([0, 0, 0, 1, 0, 0]); // its ISP never takes longer than 100 ms
  expect(workers().lateByPlace()![names.indexOf('other')]).toBe(1);
});

test('the workers of some pods are those of all, from there to there', () => {
  const { simulation, workers } = watch({}, [{ atMs: 0 }, { atMs: 0 }, { atMs: 0 }]);
  simulation.runUntil(30);
  const all = workers().workers(0, 2)!.places;
  expect([...workers().workers(1, 2)!.places]).toEqual([...all.slice(3)]);
});

test('where there are too many workers to keep apart, their numbers are kept', () => {
  const { simulation, workers, names } = watch({ 'pods.workers': MOST_WATCHED / 2, 'pods.count': 3 }, [{ atMs: 0 }]);
  simulation.runUntil(30);
  expect(workers().workers(0, 1)).toBeNull();
  expect(workers().lateByPlace()).toBeNull();
  expect(workers().byPlace()[FREE]).toBe(1.5 * MOST_WATCHED - 1);
  expect(workers().byPlace()[names.indexOf('one')]).toBe(1);
  expect([...workers().busy()]).toEqual([1, 0, 0]);
});
