import { loadScenario } from '../../fixtures/scenario.ts';
import type { Scenario } from '../../fixtures/schema.ts';
import { erlangB } from '../../sim/theory/erlang.ts';

/** A situation in which intervals have to hold what is true. */
export interface Situation {
  readonly name: string;
  readonly scenario: string;
  readonly set: readonly string[];
  readonly ratePerSecond: number;
  /** One run, so many replications, or as many as the default precision asks for. */
  readonly effort: 'run' | 'precision' | number;
  /** How many times as long as all that one seed measures the run is, about, that stands for what is true. */
  readonly longer: number;
  /** Of a sweep whose knee is looked at and nothing else: its rates, and where the knee is. */
  readonly knee?: { readonly rates: readonly number[]; readonly truth: number };
}

const LONGER = 100;
const STATIONS = 'pods.eventLoop=null';
/** One queue, with room for all that come, as small as that can be: quick to begin anew. */
const QUEUE = ['pods.queueCapacity=5000', 'balancer.maxConnections=10000', 'database.connections=100', 'database.connectionsPerPod=100'];
/** Two pods of ten workers behind a random split, and replies of 20 ms on average: the knee follows from Erlang B. */
const SMALL = [
  'pods.count=2',
  'pods.workers=10',
  'smtp.isps=[{"name":"only","share":1,"latencyMs":{"kind":"exponential","meanMs":20}}]',
  'run.warmup=1000',
];

function situation(
  name: string,
  effort: Situation['effort'],
  scenario: string,
  ratePerSecond: number,
  measure: string,
  ...set: readonly string[]
): Situation {
  return { name, effort, scenario, ratePerSecond, set: [`run.measureMs=${measure}`, ...set], longer: LONGER };
}

/** The loads at which intervals are hardest to make: few events, much that is remembered, or both. */
export const SITUATIONS: readonly Situation[] = [
  situation('run, light load', 'run', 'naive', 800, '20e3', STATIONS, 'run.warmup=5e3'),
  situation('run, near the knee, event loops', 'run', 'naive', 960, '20e3', 'run.warmup=5e3'),
  situation('run, beyond the ceiling', 'run', 'naive', 1400, '20e3', STATIONS, 'run.warmup=5e3'),
  situation('run, two seconds', 'run', 'naive', 1000, '2e3', STATIONS, 'run.warmup=5e3'),
  situation('run, waits for 20 connections', 'run', 'naive', 900, '20e3', STATIONS, 'run.warmup=5e3', 'database.connections=20'),
  situation('run, 1% of hangs, light load', 'run', 'naive-hangs', 330, '120e3', STATIONS, 'run.warmup=31e3'),
  situation('run, 1% of hangs', 'run', 'naive-hangs', 450, '120e3', STATIONS, 'run.warmup=31e3'),
  situation('run, M/M/50, ρ = 0.9', 'run', 'pure-queue-mmc', 225, '120e3', 'run.warmup=31e3', ...QUEUE),
  situation('run, M/G/1, ρ = 0.7', 'run', 'pure-queue-mg1', 3.5, '600e3', 'run.warmup=60e3', ...QUEUE),
  situation('run, M/G/1, ρ = 0.95, ten hours', 'run', 'pure-queue-mg1', 4.75, '36000e3', 'run.warmup=2000e3', ...QUEUE),
  situation('10 × 5 s, light load', 10, 'naive', 800, '5e3', STATIONS, 'run.warmup=3e3'),
  situation('10 × 5 s, near the knee', 10, 'naive', 960, '5e3', STATIONS, 'run.warmup=3e3'),
  situation('10 × 60 s, 1% of hangs', 10, 'naive-hangs', 420, '60e3', STATIONS, 'run.warmup=31e3'),
  situation('10 × 2 min, M/G/1, ρ = 0.95', 10, 'pure-queue-mg1', 4.75, '120e3', ...QUEUE),
  situation('10 × 1 h, M/G/1, ρ = 0.95', 10, 'pure-queue-mg1', 4.75, '3600e3', 'run.warmup=600e3', ...QUEUE),
  situation('10 × 5 s, M/M/10/10, few events', 10, 'pure-exponential', 340, '5e3', ...SMALL),
  situation('as many × 5 s as the precision asks for, M/M/10/10', 'precision', 'pure-exponential', 700, '5e3', ...SMALL),
  {
    ...situation('sweep, M/M/10/10', 10, 'pure-exponential', 400, '5e3', ...SMALL),
    knee: { rates: [200, 300, 400], truth: 100 * loadOf(0.001) }, // two pods of 20 ms: 100 requests a second are one erlang each
  },
];

/** The erlangs at which Erlang B loses a share of the requests at ten workers. */
function loadOf(share: number): number {
  let [low, high] = [0, 20];
  for (let i = 0; i < 60; i++) [low, high] = erlangB(10, (low + high) / 2) > share ? [low, (low + high) / 2] : [(low + high) / 2, high];
  return low;
}

export function scenarioOf({ scenario, set }: Situation): Scenario {
  return loadScenario({ scenario, set });
}
