import { describe, expect, test, vi } from 'vitest';
import { assemble, type Observe } from '../architectures/simulation.ts';
import { traceMoments } from '../metrics/trace.ts';
import { plan, scenarioOf } from '../testing.ts';
import { drawWorkload } from '../workload/workload.ts';
import { finish, prepare, type RunTask } from './simulate.ts';

const everyFault = [
  { kind: 'smtpOutage', atMs: 2_000, forMs: 500, isp: 'gmail' },
  { kind: 'ispSlow', atMs: 2_200, forMs: 2_000, factor: 3 },
  { kind: 'ispThrottle', atMs: 3_000, forMs: 2_000, share: 0.3 },
  { kind: 'databaseSlow', atMs: 4_000, forMs: 1_000, factor: 5 },
  { kind: 'databaseStall', atMs: 4_500, forMs: 200 },
  { kind: 'databaseDown', atMs: 6_000, forMs: 300 },
  { kind: 'podCrash', atMs: 5_000, forMs: 2_000, pod: 2 },
];
const scenarios = {
  naive: scenarioOf({}),
  'random split': scenarioOf({ 'balancer.policy': 'random', 'arrivals.process': 'erlang' }),
  'with queues': scenarioOf({
    'balancer.policy': 'leastConnections',
    'pods.queueCapacity': 20,
    'pods.workers': 30,
    'database.connectionsPerPod': 4,
  }),
  'hangs, few connections': scenarioOf({ 'balancer.maxConnections': 240, 'balancer.latencyMs': 0 }, 'naive-hangs'),
  'every fault': scenarioOf({ faults: everyFault }),
  spike: scenarioOf({
    'arrivals.rateSteps': [
      { atMs: 3_000, factor: 5 },
      { atMs: 5_000, factor: 0 },
      { atMs: 6_000, factor: 1 },
    ],
  }),
};
const task: RunTask = { seed: 42, replication: 3, ratePerSecond: 900, warmupMs: 1_000, measureMs: 9_000, batches: 3, seriesMs: 500 };
const others: Partial<RunTask>[] = [
  { ratePerSecond: 1500 },
  { seed: 43 },
  { replication: 4 },
  { measureMs: 777 },
  { seriesMs: null, batches: 1 },
];
vi.setConfig({ testTimeout: 60_000 });

/** Writes all departures into one number: FNV-1a over the request, its outcome and the bits of the instant. */
function digest() {
  let hash = 0;
  const observe: Observe = ({ clock }, { number, outcome }) => [
    {
      departed(request) {
        const words = new Int32Array(Float64Array.of(number[request]!, outcome[request]!, clock[0]).buffer);
        for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
      },
    },
  ];
  return { observe, read: () => hash };
}

describe.each(Object.entries(scenarios))('%s', (_, scenario) => {
  const run = prepare(scenario);
  const first = JSON.stringify(finish(run(task)));

  test('the same task gives the same bytes, also after other runs of the same assembly, also after one that was cut short', () => {
    expect(JSON.stringify(finish(run(task)))).toBe(first);
    for (const other of others) expect(JSON.stringify(finish(run({ ...task, ...other })))).not.toBe(first);
    const cut = run({ ...task, seed: 1 });
    for (let i = 0; i < 5; i++) cut.next();
    expect(JSON.stringify(finish(run(task)))).toBe(first);
  });

  test('so does another assembly', () => {
    expect(JSON.stringify(finish(prepare(scenario)(task)))).toBe(first);
  });

  test('observers change nothing: with all meters and a trace, with a digest alone, the same departures to the last bit', () => {
    const [alone, among] = [digest(), digest()];
    const bare = assemble(scenario, [alone.observe]);
    bare.restart('42/3', 900);
    bare.runUntil(10_000);
    let entries = 0;
    const trace: Observe = (calendar, requests) => [traceMoments(calendar, requests, () => void entries++)];
    const result = JSON.stringify(finish(prepare(scenario, { observers: [trace, among.observe] })(task)));
    expect(alone.read()).toBe(among.read());
    expect(alone.read()).not.toBe(0);
    expect(entries).toBeGreaterThan(10_000);
    expect(result).toBe(first);
  });

  test('in one go or in many small steps, the same', () => {
    const [one, many] = [digest(), digest()];
    for (const [each, stepMs] of [
      [one, 10_000],
      [many, 0.7],
    ] as const) {
      const simulation = assemble(scenario, [each.observe]);
      simulation.restart('42/3', 900);
      for (let ms = stepMs; ms < 10_000; ms += stepMs) simulation.runUntil(ms);
      simulation.runUntil(10_000);
    }
    expect(many.read()).toBe(one.read());
  });
});

test('the seed names the random choices of the service too: the same requests go to other pods', () => {
  const pods = (seed: string) => {
    const chosen: number[] = [];
    const observe: Observe = (_, { pod }) => [{ departed: (request) => void chosen.push(pod[request]!) }];
    const requests = Array.from({ length: 100 }, (_, i) => ({ atMs: i }));
    const simulation = assemble(scenarios['random split'], [observe], plan(requests));
    simulation.restart(seed, 900);
    simulation.runUntil(1_000);
    return chosen;
  };
  expect(pods('42/0')).toHaveLength(100);
  expect(pods('42/0')).toEqual(pods('42/0'));
  for (const other of ['42/1', '43/0']) expect(pods(other)).not.toEqual(pods('42/0'));
});

test('a workload that was drawn before gives the same run as one drawn on the way', () => {
  const drawn = drawWorkload(scenarios.naive);
  drawn.restart('42/3', 900);
  const rows = Array.from({ length: 20_000 }, () => {
    const row = drawn.next();
    return {
      atMs: drawn.atMs[row]!,
      kind: drawn.kind[row]!,
      isp: drawn.isp[row]!,
      smtpMs: drawn.smtpMs[row]!,
      reply: drawn.reply[row]!,
      throttle: drawn.throttle[row]!,
    };
  });
  let at = -1;
  const recorded = {
    atMs: Float64Array.from(rows, ({ atMs }) => atMs),
    kind: Uint8Array.from(rows, ({ kind }) => kind),
    isp: Uint8Array.from(rows, ({ isp }) => isp),
    smtpMs: Float64Array.from(rows, ({ smtpMs }) => smtpMs),
    reply: Uint8Array.from(rows, ({ reply }) => reply),
    throttle: Float64Array.from(rows, ({ throttle }) => throttle),
    asksFor: new Float64Array(rows.length),
    next: () => ++at,
    restart() {
      at = -1;
    },
  };
  const given = finish(prepare(scenarios.naive, { workload: recorded })(task));
  expect(JSON.stringify(given)).toBe(JSON.stringify(finish(prepare(scenarios.naive)(task))));
});
