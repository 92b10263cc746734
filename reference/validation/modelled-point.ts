import type { Scenario } from '../../fixtures/schema.ts';
import { type Point, summarise } from '../../sim/experiments/point.ts';
import type { RunResult, RunTask } from '../../sim/experiments/simulate.ts';

/** The point of one run of the model. */
export function modelledPoint(scenario: Scenario, { ratePerSecond, warmupMs, measureMs }: RunTask, { batches, rows }: RunResult): Point {
  return summarise(scenario, {
    ratePerSecond,
    warmup: { ms: warmupMs, rule: 'given' },
    measureMs,
    runs: [batches],
    rows: [rows],
    recovery: null,
    precise: true,
  });
}
