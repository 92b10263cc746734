import { mean } from 'simple-statistics';
import { loadScenario } from '../../fixtures/scenario.ts';
import type { Scenario } from '../../fixtures/schema.ts';
import { estimate } from '../../sim/experiments/estimate.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { finish, prepare } from '../../sim/experiments/simulate.ts';
import { playLoad } from '../harness/play.ts';
import { startWorld } from '../harness/world.ts';
import { tableHead, tableRow } from './markdown.ts';
import { measuredPoint } from './measured-point.ts';
import { modelledPoint } from './modelled-point.ts';

/**
 * The first comparison of model and service: the same workload for the service, for the model of pure stations and for the model with event
 * loops, figure by figure. One unstretched pod at rates about its knee, and five pods in stretched time. Prints Markdown.
 * Usage: node dist/reference/validation/first-comparison.js
 */

const WARMUP_MS = 5000;
const BATCHES = 10;

interface Case {
  readonly title: string;
  readonly set: readonly string[];
  readonly stretch: number;
  readonly measureMs: number;
  readonly rates: readonly number[];
  readonly seeds: readonly number[];
}

const CASES: readonly Case[] = [
  {
    title: 'One pod, 20 database connections, unstretched',
    set: ['pods.count=1', 'database.connections=20'],
    stretch: 1,
    measureMs: 40_000,
    rates: [160, 200, 220, 240, 260],
    seeds: [42, 43, 44],
  },
  { title: 'Five pods, time stretched 4 times', set: [], stretch: 4, measureMs: 20_000, rates: [300, 900], seeds: [42] },
];

interface Figure {
  readonly name: string;
  readonly places: number;
  read(point: Point): number | undefined;
}

const FIGURES: readonly Figure[] = [
  { name: '503 %', places: 2, read: (point) => 100 * point.rejectionRate.mean },
  { name: 'pool %', places: 1, read: (point) => 100 * point.poolUtilisation.mean },
  { name: 'db %', places: 1, read: (point) => 100 * point.databaseUtilisation.mean },
  { name: 'loop %', places: 1, read: (point) => 100 * (point.eventLoopUtilisation?.mean ?? Number.NaN) },
  { name: 'p50 ms', places: 0, read: (point) => point.sojournMs?.p50.value },
  { name: 'p95 ms', places: 0, read: (point) => point.sojournMs?.p95.value },
  { name: 'p99 ms', places: 0, read: (point) => point.sojournMs?.p99.value },
];

/** One workload, played three times. */
interface Comparison {
  readonly ratePerSecond: number;
  readonly stations: Point;
  readonly loops: Point;
  readonly service: Point;
  readonly latenessMs: number;
  readonly dropped: number;
  readonly idleShare: number;
}

async function compare(it: Case, ratePerSecond: number, seed: number): Promise<Comparison> {
  const scenario = loadScenario({ set: it.set });
  const { stretch, measureMs } = it;
  const interval = { ratePerSecond, stretch, warmupMs: WARMUP_MS, measureMs };
  const task = { seed, replication: 0, ratePerSecond, warmupMs: WARMUP_MS, measureMs, batches: BATCHES, seriesMs: null };
  const model = (variant: Scenario) => modelledPoint(variant, task, finish(prepare(variant)(task)));
  const stations = model({ ...scenario, pods: { ...scenario.pods, eventLoop: null } });
  const loops = model(inStretchedTime(scenario, stretch));
  const world = await startWorld({ scenario, stretch, database: 'emulated', tls: false });
  try {
    const play = { scenario, seed: `${seed}/0`, batches: BATCHES, workload: null, ...interval };
    const played = await playLoad(world, play);
    const { summary, idleShare } = played;
    const [latenessMs, dropped] = [summary.latenessMs.p99, summary.outcomes.dropped];
    return { ratePerSecond, stations, loops, service: measuredPoint(scenario, interval, played), latenessMs, dropped, idleShare };
  } finally {
    await world.stop();
  }
}

type Cost = NonNullable<Scenario['pods']['eventLoop']>['callbacks']['body'];

/** Delays are stretched, callbacks and collections are not: in model time they take so much less. */
function inStretchedTime(scenario: Scenario, stretch: number): Scenario {
  const { eventLoop } = scenario.pods;
  if (eventLoop === null) return scenario;
  const shorter = (cost: Cost): Cost => {
    if (cost.kind === 'lognormal' || cost.kind === 'exponential') return { ...cost, meanMs: cost.meanMs / stretch };
    if (cost.kind === 'constant') return { ...cost, valueMs: cost.valueMs / stretch };
    throw new Error(`costs of the kind ${cost.kind} cannot be stretched`);
  };
  const callbacks = Object.fromEntries(
    Object.entries(eventLoop.callbacks).map(([name, cost]) => [name, shorter(cost)]),
  ) as typeof eventLoop.callbacks;
  const collections = eventLoop.collections && {
    everyMs: eventLoop.collections.everyMs / stretch,
    pauseMs: shorter(eventLoop.collections.pauseMs),
  };
  return { ...scenario, pods: { ...scenario.pods, eventLoop: { ...eventLoop, callbacks, collections } } };
}

/** Of some comparisons the means of a figure: stations / loops / service. */
function cell({ read, places }: Figure, comparisons: readonly Comparison[]): string {
  const of = (pick: (comparison: Comparison) => Point) => mean(comparisons.map((each) => read(pick(each)) ?? Number.NaN)).toFixed(places);
  return [of(({ stations }) => stations), of(({ loops }) => loops), of(({ service }) => service)].join(' / ').replace('NaN', '–');
}

function row(comparisons: readonly Comparison[]): string {
  const cells = FIGURES.map((figure) => cell(figure, comparisons));
  const late = Math.max(...comparisons.map(({ latenessMs }) => latenessMs)).toFixed(1);
  const dropped = comparisons.reduce((sum, each) => sum + each.dropped, 0);
  const idle = (100 * mean(comparisons.map(({ idleShare }) => idleShare))).toFixed(0);
  return tableRow([comparisons[0]!.ratePerSecond, ...cells, late, dropped, idle]);
}

/** How far each model is from the service, in % of the service's figure, over all plays; and whether the loops bring it nearer. */
function nearer(figure: Figure, comparisons: readonly Comparison[]): string {
  const errors = (pick: (comparison: Comparison) => Point) =>
    comparisons.map((each) => 100 * (figure.read(pick(each))! / figure.read(each.service)! - 1));
  const [stations, loops] = [errors(({ stations }) => stations), errors(({ loops }) => loops)];
  const gains = stations.map((error, i) => Math.abs(error) - Math.abs(loops[i]!));
  const show = (values: readonly number[]) => {
    const { mean: average, halfWidth } = estimate(values);
    return `${average.toFixed(2)} ±${halfWidth?.toFixed(2)}`;
  };
  return tableRow([figure.name, show(stations), show(loops), show(gains)]);
}

for (const it of CASES) {
  process.stdout.write(`\n${it.title}; each cell stations / with loops / service, means of ${it.seeds.length} workloads\n\n`);
  const heads = ['req/s', ...FIGURES.map(({ name }) => name), 'late p99 ms', 'dropped', 'idle %'];
  process.stdout.write(`${tableHead(heads)}\n`);
  const all: Comparison[] = [];
  for (const rate of it.rates) {
    const comparisons: Comparison[] = [];
    for (const seed of it.seeds) comparisons.push(await compare(it, rate, seed));
    all.push(...comparisons);
    process.stdout.write(`${row(comparisons)}\n`);
  }
  if (it.seeds.length === 1) continue;
  process.stdout.write(`\n${tableHead(['figure', 'stations − service, %', 'with loops − service, %', 'nearer by'])}\n`);
  for (const figure of FIGURES.filter(({ name }) => name !== 'loop %')) {
    const judged = all.filter(({ service }) => figure.read(service)! > 0);
    process.stdout.write(`${nearer(figure, judged)}\n`);
  }
}
