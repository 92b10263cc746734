import { loadScenario } from '../../fixtures/scenario.ts';
import type { Scenario } from '../../fixtures/schema.ts';

/** A situation in which intervals have to cover what is true. */
export interface Situation {
  readonly name: string;
  readonly scenario: string;
  readonly set: readonly string[];
  readonly ratePerSecond: number;
  /** One run, so many replications, or as many as the default precision asks for. */
  readonly effort: 'run' | 'precision' | number;
  /** How many times the measurement interval the run is long that stands for the truth. */
  readonly truth: number;
}

const STATIONS = 'pods.eventLoop=null';
/** Two pods of ten workers and replies of 20 ms: quick to simulate, and its formulas are exact. */
const SMALL = [
  'pods.count=2',
  'pods.workers=10',
  'smtp.isps=[{"name":"only","share":1,"latencyMs":{"kind":"exponential","meanMs":20}}]',
  'run.warmup=1000',
];

const of = (
  name: string,
  effort: Situation['effort'],
  scenario: string,
  ratePerSecond: number,
  measure: string,
  ...set: string[]
): Situation => ({
  name,
  effort,
  scenario,
  ratePerSecond,
  set: [`run.measureMs=${measure}`, ...set],
  truth: 100,
});

/** The kinds of load in which intervals went wrong, or might, each as long as a coverage takes to be seen. */
export const SITUATIONS: readonly Situation[] = [
  of('light load', 'run', 'naive', 780, '30e3', STATIONS, 'run.warmup=10e3'),
  of('near the knee, event loops', 'run', 'naive', 960, '20e3', 'run.warmup=10e3'),
  of('far beyond the knee', 'run', 'naive', 1400, '20e3', STATIONS, 'run.warmup=10e3'),
  of('1% of hangs', 'run', 'naive-hangs', 450, '120e3', STATIONS, 'run.warmup=31e3'),
  of('1% of hangs, light', 'run', 'naive-hangs', 330, '120e3', STATIONS, 'run.warmup=31e3'),
  of('two seconds', 'run', 'naive', 1000, '2e3', STATIONS, 'run.warmup=10e3'),
  of('20 connections', 'run', 'naive', 900, '30e3', STATIONS, 'run.warmup=10e3', 'database.connections=20'),
  of('M/G/1, ρ = 0.7', 'run', 'pure-queue-mg1', 3.5, '600e3', 'run.warmup=60e3'),
  of('M/G/1, ρ = 0.95', 'run', 'pure-queue-mg1', 4.75, '36000e3', 'run.warmup=2000e3'),
  of('M/M/50, ρ = 0.9', 'run', 'pure-queue-mmc', 225, '120e3', 'run.warmup=31e3'),
  of('light load', 10, 'naive', 780, '5e3', STATIONS, 'run.warmup=5e3'),
  of('near the knee', 10, 'naive', 960, '5e3', STATIONS, 'run.warmup=5e3'),
  of('1% of hangs', 10, 'naive-hangs', 420, '60e3', STATIONS, 'run.warmup=31e3'),
  of('M/G/1, ρ = 0.95, two minutes', 10, 'pure-queue-mg1', 4.75, '120e3'),
  of('M/G/1, ρ = 0.95', 10, 'pure-queue-mg1', 4.75, '3600e3', 'run.warmup=600e3'),
  of('few events', 10, 'pure-exponential', 340, '5e3', ...SMALL),
  of('as many as the precision asks for', 'precision', 'pure-exponential', 700, '5e3', ...SMALL),
];

export function scenarioOf({ scenario, set }: Situation): Scenario {
  return loadScenario({ scenario, set });
}
