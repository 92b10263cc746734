import { loadScenario } from '../fixtures/scenario.ts';
import type { Scenario } from '../fixtures/schema.ts';
import { assemble, type Observe } from './architectures/simulation.ts';
import type { Measurement } from './experiments/simulate.ts';
import { meterRows, type Rows } from './metrics/rows.ts';
import { type TraceEntry, traceMoments } from './metrics/trace.ts';
import { studentQuantile } from './theory/student.ts';
import { ACCEPTED, HANG, KINDS, SEND, type Workload } from './workload/workload.ts';

// What several tests share. An interval fails one right program in 10,000, whatever the seed; a z-interval has the same tails.
const CONFIDENCE = 0.9999;
export const Z = studentQuantile((1 + CONFIDENCE) / 2, Infinity);

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const around = (mid: number, halfWidth: number): Interval => ({ low: mid - halfWidth, high: mid + halfWidth });
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
export const average = (values: readonly number[]) => sum(values) / values.length;

/** Of a mean, from independent values: Student's t. */
export function interval(values: readonly number[]): Interval {
  const { length } = values;
  const mean = average(values);
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (length - 1);
  return around(mean, studentQuantile((1 + CONFIDENCE) / 2, length - 1) * Math.sqrt(variance / length));
}

/**
 * Of a mean, from independent values, with the help of a control whose mean is known: the regression line of the values on the control, read
 * at that mean (S. S. Lavenberg & P. D. Welch, "A perspective on the use of control variables", Management Science 27, 1981).
 */
export function controlledInterval(values: readonly number[], controls: readonly number[], controlMean: number): Interval {
  const { length } = values;
  const [y, x] = [average(values), average(controls)];
  const sxx = sum(controls.map((control) => (control - x) ** 2));
  const slope = sum(controls.map((control, i) => (control - x) * (values[i]! - y))) / sxx;
  const residual = sum(values.map((value, i) => (value - y - slope * (controls[i]! - x)) ** 2)) / (length - 2);
  const error = Math.sqrt(residual * (1 / length + (x - controlMean) ** 2 / sxx));
  return around(y + slope * (controlMean - x), studentQuantile((1 + CONFIDENCE) / 2, length - 2) * error);
}

/** Of the share of n independent trials that succeed with the probability p: normal approximation of the binomial. */
export function binomialInterval(p: number, n: number): Interval {
  return around(p, Z * Math.sqrt((p * (1 - p)) / n));
}

/** Of the mean of n independent values of a known deviation. */
export function meanInterval(mean: number, deviation: number, n: number): Interval {
  return around(mean, (Z * deviation) / Math.sqrt(n));
}

/** Where chi-square of k degrees of freedom lies: E. B. Wilson & M. M. Hilferty, "The distribution of chi-square", PNAS 17, 1931. */
export function chiSquareInterval(k: number): Interval {
  const at = (z: number) => k * (1 - 2 / (9 * k) + z * Math.sqrt(2 / (9 * k))) ** 3;
  return { low: at(-Z), high: at(Z) };
}

/** The largest distance that a sample of n has from its own distribution function: Kolmogorov's limit, 2·exp(−2nd²) = 0.0001. */
export function kolmogorovLimit(n: number): number {
  return Math.sqrt(Math.log(2 / (1 - CONFIDENCE)) / (2 * n));
}

/** The largest distance between the distribution function of a sample and another: Kolmogorov and Smirnov's D. */
export function kolmogorovDistance(sample: Float64Array, distribution: (x: number) => number): number {
  let largest = 0;
  for (const [i, x] of sample.toSorted().entries()) {
    const p = distribution(x);
    largest = Math.max(largest, p - i / sample.length, (i + 1) / sample.length - p);
  }
  return largest;
}

/** The half-width as a share of the middle: what error of a figure a test would see. */
export function relativeHalfWidth({ low, high }: Interval): number {
  return (high - low) / (high + low);
}

export function assertInside(value: number, { low, high }: Interval): void {
  if (!(value >= low && value <= high)) throw new RangeError(`${value} is not in [${low}, ${high}]`);
}

/** A bundled scenario with other settings, given by their paths. Its event loops are left out unless they are asked for. */
export function scenarioOf(settings: Readonly<Record<string, unknown>>, scenario = 'naive'): Scenario {
  const set = Object.entries({ 'pods.eventLoop': null, ...settings }).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
  return loadScenario({ scenario, set });
}

/** A request of a plan. What is left out: a send to the first ISP, accepted after 100 ms, that no throttle hits. */
export interface Planned {
  readonly atMs: number;
  readonly kind?: (typeof KINDS)[number];
  readonly isp?: number;
  readonly smtpMs?: number;
  readonly reply?: number;
  readonly throttle?: number;
}

/** A workload of these requests, in order of their instants. */
export function plan(requests: readonly Planned[]): Workload {
  const column = (pick: (request: Planned) => number) => Float64Array.from(requests, pick);
  if (requests.some(({ atMs }, i) => atMs < (requests[i - 1]?.atMs ?? 0))) throw new RangeError('a plan needs its requests in order');
  let row = -1;
  return {
    atMs: Float64Array.of(...column(({ atMs }) => atMs), Infinity),
    kind: Uint8Array.from(requests, ({ kind = 'send' }) => KINDS.indexOf(kind)),
    isp: Uint8Array.from(requests, ({ isp = 0 }) => isp),
    smtpMs: column(({ smtpMs = 100 }) => smtpMs),
    reply: Uint8Array.from(requests, ({ reply = ACCEPTED }) => reply),
    throttle: column(({ throttle = 0.999 }) => throttle),
    asksFor: column(() => -1),
    next: () => ++row,
    restart: () => {
      row = -1;
    },
  };
}

export interface Story {
  readonly trace: readonly TraceEntry[];
  /** How and when each request was answered, in order of arrival; undefined while it is in flight. */
  readonly answers: readonly (string | undefined)[];
  readonly rows: Rows;
  /** The moments of one request, each with its instant. */
  life(request: number): string[];
}

/** Runs a plan and tells what became of it. */
export function follow(scenario: Scenario, requests: readonly Planned[], untilMs = 1e6): Story {
  const trace: TraceEntry[] = [];
  let table!: ReturnType<typeof meterRows>;
  const observe: Observe = (calendar, columns) => {
    table = meterRows(calendar, columns);
    return [table.observer, traceMoments(calendar, columns, (entry) => trace.push(entry))];
  };
  const simulation = assemble(scenario, [observe], plan(requests));
  simulation.restart('plan', 1);
  simulation.runUntil(untilMs);
  const answers: (string | undefined)[] = requests.map(() => undefined);
  for (const { moment, request, outcome, atMs } of trace) if (moment === 'departed') answers[request] = `${outcome} ${atMs}`;
  return {
    trace,
    answers,
    rows: table.read(),
    life: (request) => trace.filter((entry) => entry.request === request).map(({ moment, atMs }) => `${moment} ${atMs}`),
  };
}

export interface Replications {
  readonly ratePerSecond: number;
  readonly count: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly seed?: number;
}

/**
 * Assembles a scenario for independent replications. Each comes with the load that it was offered, in erlangs: what its arrivals would hold
 * workers for if none waited or was rejected, ÷ its length. That is a control whose mean is known. Modules are imported anew where they
 * were reset (`vi.resetModules`): the first assembly of a module instance is twice as fast as later ones.
 */
export async function replicationsOf(scenario: Scenario) {
  const { finish, prepare } = await import('./experiments/simulate.ts');
  const { smtp, database } = scenario;
  let [fromMs, offeredMs] = [0, 0];
  const run = prepare(scenario, {
    observers: [
      ({ clock }, { kind, smtpMs, reply }) => [
        {
          arrived(request) {
            if (clock[0] <= fromMs) return;
            const deliveryMs = reply[request] === HANG ? smtp.timeoutMs : Math.min(smtpMs[request]!, smtp.timeoutMs);
            offeredMs += kind[request] === SEND ? database.insertMs + deliveryMs + database.updateMs : database.selectMs;
          },
        },
      ],
    ],
  });
  return ({ ratePerSecond, count, warmupMs, measureMs, seed = 1 }: Replications) =>
    Array.from({ length: count }, (_, replication): Measurement & { readonly offered: number } => {
      [fromMs, offeredMs] = [warmupMs, 0];
      const { batches } = finish(run({ seed, replication, ratePerSecond, warmupMs, measureMs, batches: 1, seriesMs: null }));
      return { ...batches[0]!, offered: offeredMs / measureMs };
    });
}
