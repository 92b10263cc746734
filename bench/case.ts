import { loadScenario } from '../fixtures/scenario.ts';
import type { Scenario } from '../fixtures/schema.ts';
import { assemble, type Observe } from '../sim/architectures/simulation.ts';
import { finish, prepare } from '../sim/experiments/simulate.ts';
import { createLevels } from '../sim/metrics/levels.ts';
import { OUTCOMES } from '../sim/stations/requests.ts';

/** One case, as a process of its own makes it. */
export interface Case {
  readonly scenario: string;
  /** Pods, rate and limits of connections, times this. */
  readonly scale: number;
  /** 'occupancy': outcome counts and busy workers only. */
  readonly observers: 'none' | 'occupancy' | 'all';
  readonly modelSeconds: number;
  /** Runs one after another on one assembly. */
  readonly runs: number;
}

/** What a case took: wall ns an event of each run, and the peak of the process's resident memory. */
export interface Figures {
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly nsPerEvent: readonly number[];
  readonly peakMiB: number;
}

const RATE_PER_SECOND = 900;

function scaled(name: string, scale: number): Scenario {
  const { pods, balancer, database } = loadScenario({ scenario: name });
  return loadScenario({
    scenario: name,
    set: [
      `arrivals.ratePerSecond=${RATE_PER_SECOND * scale}`,
      `pods.count=${pods.count * scale}`,
      `balancer.maxConnections=${balancer.maxConnections * scale}`,
      `database.connections=${database.connections * scale}`,
    ],
  });
}

/** Makes one run and says how many events it had. */
function runner({ scenario, scale, observers, modelSeconds }: Case): (replication: number) => number {
  const resolved = scaled(scenario, scale);
  const { ratePerSecond } = resolved.arrivals;
  const measureMs = modelSeconds * 1000;
  if (observers === 'all') {
    const begin = prepare(resolved);
    return (replication) =>
      finish(begin({ seed: 1, replication, ratePerSecond, warmupMs: 0, measureMs, batches: 1, seriesMs: null })).events;
  }
  const simulation = assemble(resolved, observers === 'occupancy' ? [observeOccupancy(resolved)] : []);
  return (replication) => {
    simulation.restart(`1/${replication}`, ratePerSecond);
    simulation.runUntil(measureMs);
    return simulation.events();
  };
}

function observeOccupancy({ pods }: Scenario): Observe {
  return (calendar, { pod, outcome }) => {
    const workers = createLevels(calendar, pods.count, pods.workers);
    const outcomes = calendar.state(new Int32Array(OUTCOMES.length));
    return [
      {
        admitted: (request) => workers.change(pod[request]!, 1),
        released: (request) => workers.change(pod[request]!, -1),
        departed: (request) => void outcomes[outcome[request]!]!++,
      },
    ];
  };
}

const it = JSON.parse(process.argv[2] ?? '') as Case;
const run = runner(it);
const runs = Array.from({ length: it.runs }, (_, replication) => {
  const startedMs = performance.now();
  const events = run(replication);
  return { events, ns: (performance.now() - startedMs) * 1e6 };
});
const events = runs.reduce((total, each) => total + each.events, 0);
const ns = runs.reduce((total, each) => total + each.ns, 0);
const figures: Figures = {
  events,
  eventsPerSecond: Math.round((events / ns) * 1e9),
  nsPerEvent: runs.map((each) => Number((each.ns / each.events).toFixed(2))),
  peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
};
process.stdout.write(JSON.stringify(figures));
