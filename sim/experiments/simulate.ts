import type { Scenario } from '../../fixtures/schema.ts';
import { assemble, type Observe } from '../architectures/simulation.ts';
import { meterLoops } from '../metrics/event-loops.ts';
import { addFlows, type FlowMeter, type Flows, meterFlows } from '../metrics/flows.ts';
import { meterRows, type Rows } from '../metrics/rows.ts';
import { meterTimes, type TimeMeter, type Times } from '../metrics/times.ts';
import type { Workload } from '../workload/workload.ts';

/** One run to be made. */
export interface RunTask {
  readonly seed: number;
  /** Which of the independent runs under this seed. */
  readonly replication: number;
  readonly ratePerSecond: number;
  /** Left out at the start, ms. */
  readonly warmupMs: number;
  readonly measureMs: number;
  /** Parts of equal length into which the measurement interval is cut. */
  readonly batches: number;
  /** Resolution of the time series, ms; null: none is kept. The series covers the warm-up as well. */
  readonly seriesMs: number | null;
}

/** What was measured in one interval. */
export interface Measurement {
  readonly flows: Flows;
  readonly times: Times;
}

export interface RunResult {
  readonly batches: readonly Measurement[];
  readonly series: readonly Flows[] | null;
  /** The table `emails` at the end of the run. */
  readonly rows: Rows;
  readonly events: number;
}

interface Meters {
  readonly flows: FlowMeter;
  readonly times: TimeMeter;
  readonly rows: ReturnType<typeof meterRows>;
}

/** A run under way: it yields the instant, ms, that it has reached, and returns what was measured. Told to stop, it returns what is there. */
export type Run = Generator<number, RunResult, 'stop' | undefined>;

/**
 * Assembles a scenario once, for any number of runs one after another. Further observers and a recorded workload are for looking closer;
 * neither changes a result.
 */
export function prepare(
  scenario: Scenario,
  options: { readonly observers?: readonly Observe[]; readonly workload?: Workload } = {},
): (task: RunTask) => Run {
  let meters!: Meters;
  const meter: Observe = (calendar, requests) => {
    const loops = meterLoops(calendar, requests, scenario);
    meters = {
      flows: meterFlows(calendar, requests, scenario, loops),
      times: meterTimes(calendar, requests, scenario, loops),
      rows: meterRows(calendar, requests),
    };
    const ofLoops = scenario.pods.eventLoop === null ? [] : [loops.observer];
    return [meters.flows.observer, ...meters.times.observers, ...ofLoops, meters.rows.observer];
  };
  const simulation = assemble(scenario, [meter, ...(options.observers ?? [])], options.workload);

  return function* run({ seed, replication, ratePerSecond, warmupMs, measureMs, batches, seriesMs }) {
    simulation.restart(`${seed}/${replication}`, ratePerSecond);
    const batchEnds = Array.from({ length: batches }, (_, i) => warmupMs + (measureMs * (i + 1)) / batches);
    const series: Flows[] = [];
    const measured: Measurement[] = [];
    let batch: Flows[] = [];
    for (const atMs of readings(warmupMs, batchEnds, seriesMs)) {
      simulation.runUntil(atMs);
      const flows = meters.flows.read();
      series.push(flows);
      batch.push(flows);
      if (atMs === warmupMs) {
        meters.flows.begin();
        meters.times.read();
        batch = [];
      } else if (atMs === batchEnds[measured.length]) {
        measured.push({ flows: addFlows(batch), times: meters.times.read() });
        batch = [];
      }
      if ((yield atMs) === 'stop') break;
    }
    return { batches: measured, series: seriesMs === null ? null : series, rows: meters.rows.read(), events: simulation.events() };
  };
}

/** The instants at which meters are read: the end of a warm-up and of each batch, and every step of the series. Ascending, each once. */
function readings(warmupMs: number, batchEnds: readonly number[], seriesMs: number | null): number[] {
  const endMs = batchEnds.at(-1)!;
  const steps = seriesMs === null ? [] : Array.from({ length: Math.floor(endMs / seriesMs) }, (_, i) => (i + 1) * seriesMs);
  return [...new Set([...(warmupMs > 0 ? [warmupMs] : []), ...batchEnds, ...steps])].sort((a, b) => a - b);
}

/** Runs to the end at once. */
export function finish(run: Run): RunResult {
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
  }
}
