import type { Scenario } from '../../fixtures/schema.ts';
import { assemble, type Observe } from '../architectures/simulation.ts';
import { meterLoops } from '../metrics/event-loops.ts';
import { type FlowMeter, type Flows, joinSpans, meterFlows, type Span } from '../metrics/flows.ts';
import { meterRows, type Rows } from '../metrics/rows.ts';
import { meterTimes, type TimeMeter, type Times } from '../metrics/times.ts';
import type { Workload } from '../workload/workload.ts';
import { seriesEdges } from './series.ts';

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
  readonly series: readonly Span[] | null;
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
    meters.flows.restart();
    const endMs = warmupMs + measureMs;
    const batchEdges = [...Array.from({ length: batches }, (_, i) => warmupMs + (measureMs * i) / batches), endMs];
    const edges = seriesMs === null ? null : seriesEdges(seriesMs, endMs);
    const spans: Span[] = [];
    const times: Times[] = [];
    for (const atMs of ascending([...batchEdges, ...(edges ?? [])])) {
      simulation.runUntil(atMs);
      spans.push(meters.flows.read());
      if (atMs === warmupMs) meters.times.read();
      else if (atMs === batchEdges[times.length + 1]) times.push(meters.times.read());
      if ((yield atMs) === 'stop') break;
    }
    return {
      batches: joinSpans(spans, batchEdges.slice(0, times.length + 1)).map((flows, i) => ({ flows, times: times[i]! })),
      series: edges && joinSpans(spans, edges),
      rows: meters.rows.read(),
      events: simulation.events(),
    };
  };
}

/** The instants at which meters are read, each once. At the very start there is nothing to read. */
function ascending(instants: readonly number[]): number[] {
  return [...new Set(instants)].filter((ms) => ms > 0).sort((a, b) => a - b);
}

/** Runs to the end at once. */
export function finish(run: Run): RunResult {
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
  }
}
