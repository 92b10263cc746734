import { loadScenario } from '../../fixtures/scenario.ts';
import type { Scenario } from '../../fixtures/schema.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { finish, prepare } from '../../sim/experiments/simulate.ts';
import { playLoad } from '../harness/play.ts';
import { startWorld } from '../harness/world.ts';
import { measuredPoint } from './measured-point.ts';
import { modelledPoint } from './modelled-point.ts';

/**
 * The first comparison of model and service: the same workload for both, figure by figure. One unstretched pod at rates about its knee, and
 * five pods in stretched time. Prints Markdown. Usage: node dist/reference/validation/first-comparison.js
 */

const SEED = 42;
const WARMUP_MS = 5000;
const BATCHES = 10;

interface Case {
  readonly title: string;
  readonly set: readonly string[];
  readonly stretch: number;
  readonly measureMs: number;
  readonly rates: readonly number[];
}

const CASES: readonly Case[] = [
  {
    title: 'One pod, 20 database connections, unstretched',
    set: ['pods.count=1', 'database.connections=20'],
    stretch: 1,
    measureMs: 40_000,
    rates: [160, 200, 220, 240, 260],
  },
  { title: 'Five pods, time stretched 4 times', set: [], stretch: 4, measureMs: 20_000, rates: [300, 900] },
];

const FIGURES: readonly (readonly [name: string, read: (point: Point) => number | undefined, places: number])[] = [
  ['503 %', (point) => 100 * point.rejectionRate.mean, 2],
  ['pool %', (point) => 100 * point.poolUtilisation.mean, 1],
  ['db %', (point) => 100 * point.databaseUtilisation.mean, 1],
  ['p50 ms', (point) => point.sojournMs?.p50.value, 0],
  ['p95 ms', (point) => point.sojournMs?.p95.value, 0],
  ['p99 ms', (point) => point.sojournMs?.p99.value, 0],
];

async function compare(scenario: Scenario, { stretch, measureMs }: Case, ratePerSecond: number): Promise<string> {
  const interval = { ratePerSecond, stretch, warmupMs: WARMUP_MS, measureMs };
  const task = { seed: SEED, replication: 0, ratePerSecond, warmupMs: WARMUP_MS, measureMs, batches: BATCHES, seriesMs: null };
  const model = modelledPoint(scenario, task, finish(prepare(scenario)(task)));
  const world = await startWorld({ scenario, stretch, database: 'emulated', tls: false });
  try {
    const play = { scenario, seed: `${SEED}/0`, batches: BATCHES, workload: null, recordsFile: null, ...interval };
    const played = await playLoad(world, play);
    const service = measuredPoint(scenario, interval, played);
    const cells = FIGURES.map(([, read, places]) => `${read(model)?.toFixed(places)} / ${read(service)?.toFixed(places)}`);
    const { summary, idleShare } = played;
    return `| ${ratePerSecond} | ${cells.join(' | ')} | ${summary.latenessMs.p99.toFixed(1)} | ${summary.outcomes.dropped} | ${(100 * idleShare).toFixed(0)} |`;
  } finally {
    await world.stop();
  }
}

for (const it of CASES) {
  const scenario = loadScenario({ set: it.set });
  const heads = ['req/s', ...FIGURES.map(([name]) => name), 'late p99 ms', 'dropped', 'idle %'];
  process.stdout.write(`\n${it.title}; each cell model / service\n\n| ${heads.join(' | ')} |\n|${heads.map(() => '---|').join('')}\n`);
  for (const rate of it.rates) process.stdout.write(`${await compare(scenario, it, rate)}\n`);
}
