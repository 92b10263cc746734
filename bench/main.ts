import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadScenario } from '../fixtures/scenario.ts';
import { DEFAULT_LIMIT, parseLimit } from '../sim/experiments/limit.ts';
import { DEFAULT_PRECISION } from '../sim/experiments/precision.ts';
import { startRunner } from '../sim/experiments/runner.ts';
import { sweep } from '../sim/experiments/sweep.ts';
import type { Case, Figures } from './case.ts';

/** Speed and memory of the simulator, as JSON. Every case is a process of its own; rounds go through all cases in turn, since machines drift. */

const ROUNDS = 5;
const THREADS = 2;

const speed: Case[] = ['anchor', 'naive'].flatMap((scenario) =>
  [1, 10, 100].flatMap((scale) =>
    (['none', 'occupancy', 'all'] as const).map((observers) => ({ scenario, scale, observers, modelSeconds: 2000 / scale, runs: 1 })),
  ),
);
const successive: Case[] = [{ scenario: 'naive', scale: 1, observers: 'all', modelSeconds: 500, runs: 10 }];
const memory: Case[] = [600, 36_000].map((modelSeconds) => ({ scenario: 'naive', scale: 1, observers: 'all', modelSeconds, runs: 1 }));

function measure(it: Case): Figures {
  const output = execFileSync(process.execPath, [fileURLToPath(new URL('./case.js', import.meta.url)), JSON.stringify(it)], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as Figures;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Wall seconds of the sweep of the README, 14 rates at the default precision. */
async function timeSweep(): Promise<number> {
  const scenario = loadScenario();
  const startedMs = performance.now();
  const runner = startRunner(scenario, THREADS);
  const rates = Array.from({ length: 14 }, (_, i) => 100 * (i + 1));
  await sweep(runner, scenario, { seed: 42, rates, effort: { precision: DEFAULT_PRECISION }, limit: parseLimit(DEFAULT_LIMIT)! });
  await runner.stop();
  return (performance.now() - startedMs) / 1000;
}

const rounds = Array.from({ length: ROUNDS }, () => speed.map(measure));
const document = {
  node: process.version,
  rounds: ROUNDS,
  speed: speed.map(({ runs, ...it }, i) => ({
    ...it,
    events: rounds[0]![i]!.events,
    medianEventsPerSecond: median(rounds.map((round) => round[i]!.eventsPerSecond)),
    medianNsPerEvent: median(rounds.map((round) => round[i]!.nsPerEvent[0]!)),
    medianModelSecondsPerSecond: Math.round(
      median(rounds.map((round) => (it.modelSeconds * round[i]!.eventsPerSecond) / round[i]!.events)),
    ),
    peakMiB: Math.max(...rounds.map((round) => round[i]!.peakMiB)),
  })),
  successive: successive.map((it) => ({ ...it, ...measure(it) })),
  memory: memory.map((it) => ({ ...it, ...measure(it) })),
  sweep: { rates: 14, threads: THREADS, wallSeconds: Number((await timeSweep()).toFixed(1)) },
};
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
