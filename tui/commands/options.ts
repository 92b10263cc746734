import { availableParallelism } from 'node:os';
import { describe } from '../../fixtures/describe.ts';
import { InputError, type InputFault } from '../../fixtures/input-error.ts';
import { readScenario } from '../../fixtures/scenario.ts';
import { highestRate, rateSchema, type Scenario, shortestMs } from '../../fixtures/schema.ts';
import { DEFAULT_LIMIT, LIMIT_FIGURES, type Limit, parseLimit } from '../../sim/experiments/limit.ts';
import { scalePrecision } from '../../sim/experiments/precision.ts';
import type { Effort } from '../../sim/experiments/replicate.ts';
import type { Plan } from '../../sim/workload/plan.ts';
import { type MeasuredRun, readMeasured } from '../measured.ts';
import { type Check, checkSweep } from './checks.ts';
import { reason } from './complain.ts';
import { conflicts } from './conflicts.ts';
import { isRate, MOST_RATES, parseDuration, parseNumber, parseRates } from './parsing.ts';
import { contradictions, openPlan } from './plan.ts';
import { isStdout, targetOf } from './target.ts';

/** What was typed, as it was typed. */
export interface RawOptions {
  readonly scenario?: string;
  readonly set?: readonly string[];
  readonly seed?: string;
  readonly rate?: string;
  readonly rates?: string;
  readonly replications?: string;
  readonly precision?: string;
  readonly limit?: string;
  readonly warmup?: string;
  readonly measure?: string;
  readonly threads?: string;
  readonly format?: string;
  readonly out?: string;
  readonly trace?: string;
  readonly workload?: string;
  readonly stretch?: string;
  readonly database?: string;
  readonly tls?: boolean;
  readonly log?: string;
  readonly measured?: readonly string[];
  readonly theme?: string;
  readonly ascii?: boolean;
}

const FORMATS = ['table', 'json', 'csv'] as const;

export interface Options {
  /** As they were typed, but with `--warmup` and `--measure` as the settings that they are, and without files. Read again, they give the same sweep. */
  readonly raw: RawOptions;
  readonly scenario: Scenario;
  readonly seed: number;
  /** Requests per second, ascending. */
  readonly rates: readonly number[];
  readonly effort: Effort;
  readonly limit: Limit;
  readonly threads: number;
  readonly format: (typeof FORMATS)[number];
  readonly out: string | null;
  /** Where a run writes its moments. */
  readonly trace: string | null;
  /** The run that is to be made again, or played. Scenario, seed and rate are its own. */
  readonly plan: Plan | null;
  /** Of the real service: real time ÷ model time, or whatever leaves the machine CPU to spare. */
  readonly stretch: number | 'auto';
  /** Of the real service: whether the database takes the scenario's times or its own. */
  readonly database: (typeof DATABASE_TIMES)[number];
  readonly tls: boolean;
  /** Of the real service: where all that its parts write is appended. */
  readonly log: string | null;
  /** Runs of the real service to draw beside the model's. */
  readonly measured: readonly MeasuredRun[];
  /** Of the terminal's background; null: as the terminal says itself. */
  readonly theme: (typeof THEMES)[number] | null;
  /** Whether only ASCII is drawn, even where the terminal could show more. */
  readonly ascii: boolean;
}

const THEMES = ['dark', 'light'] as const;
const DATABASE_TIMES = ['emulated', 'real'] as const;
export const DEFAULT_SEED = 42;
const RATE = describe(rateSchema);

/**
 * Reads what was typed; throws one InputError that lists every fault of options and scenario, led by those that are already found. `check`
 * finds what is wrong with them for one command alone.
 */
export function readOptions(raw: RawOptions, found: readonly InputFault[] = [], check: Check = checkSweep): Options {
  const faults = [...found];

  /** The value of an option that was given, read; a fault where it cannot be. */
  function option<Value>(name: keyof RawOptions, fallback: Value, allowed: string, read: (text: string) => Value | null): Value {
    const text = raw[name];
    if (typeof text !== 'string') return fallback;
    const value = read(text);
    if (value !== null) return value;
    faults.push({ path: `--${name}`, found: JSON.stringify(text), allowed });
    return fallback;
  }

  function choice<Word extends string, Fallback extends Word | null>(name: keyof RawOptions, words: readonly Word[], fallback: Fallback) {
    return option<Word | Fallback>(name, fallback, words.join(', '), (text) => words.find((word) => word === text) ?? null);
  }

  /** The name of a file that can be written; null: none was given, or it is stdout by another name. */
  function output(name: 'out' | 'trace' | 'log'): string | null {
    const file = raw[name];
    if (file === undefined) return null;
    try {
      return isStdout(targetOf(file)) && name === 'out' ? null : file;
    } catch (error) {
      faults.push({ path: `--${name}`, found: `${JSON.stringify(file)} (${reason(error)})`, allowed: 'a file that can be written' });
      return null;
    }
  }

  const timing = [
    ...option('warmup', [], "a time such as 31s or 500ms, or 'auto'", (text) =>
      text === 'auto' ? ['run.warmup=auto'] : parseDuration(text, 0, 'run.warmup'),
    ),
    ...option('measure', [], `a time of at least ${shortestMs}ms such as 120s, 10m or 2h`, (text) =>
      parseDuration(text, shortestMs, 'run.measureMs'),
    ),
  ];
  const set = [...(raw.set ?? []), ...timing];
  const opened = raw.workload === undefined ? null : openPlan(raw.workload);
  const plan = opened !== null && 'head' in opened ? opened : null;
  const read = readScenario({ scenario: raw.scenario ?? plan?.head.scenario, set });
  const scenarioFaults = 'faults' in read ? read.faults : [];
  const ratePerSecond = 'scenario' in read ? read.scenario.arrivals.ratePerSecond : 1;

  const rate = option('rate', plan?.head.ratePerSecond ?? ratePerSecond, `${RATE}, requests per second`, (text) =>
    parseNumber(text, isRate),
  );
  const measuredRuns = readMeasured(raw.measured ?? []);
  const options = {
    seed: option('seed', plan?.head.seed ?? DEFAULT_SEED, 'a whole number from 0 to 9007199254740991', (text) =>
      parseNumber(text, (n) => Number.isSafeInteger(n) && n >= 0),
    ),
    rates: option(
      'rates',
      [rate],
      `rates above 0, at most ${highestRate}, a list such as 100,200 or a range such as 100..1400:100 of at most ${MOST_RATES}`,
      parseRates,
    ),
    effort: option<Effort>('replications', { precision: precision() }, 'a whole number from 1 to 10000', (text) => {
      const replications = parseNumber(text, (n) => Number.isInteger(n) && n >= 1 && n <= 10_000);
      return replications === null ? null : { replications };
    }),
    limit: option(
      'limit',
      parseLimit(DEFAULT_LIMIT)!,
      `a figure and a number such as ${DEFAULT_LIMIT}; figures: ${LIMIT_FIGURES.join(', ')}`,
      parseLimit,
    ),
    threads: option('threads', availableParallelism(), 'a whole number from 1 to 256', (text) =>
      parseNumber(text, (n) => Number.isInteger(n) && n >= 1 && n <= 256),
    ),
    format: choice('format', FORMATS, 'table'),
    stretch: option<number | 'auto'>('stretch', 1, "a number from 1 to 1000, or 'auto'", (text) =>
      text === 'auto' ? 'auto' : parseNumber(text, (n) => n >= 1 && n <= 1000),
    ),
    database: choice('database', DATABASE_TIMES, 'emulated'),
    tls: raw.tls === true,
    log: output('log'),
    measured: measuredRuns.runs,
    theme: choice('theme', THEMES, null),
    ascii: raw.ascii === true,
    out: output('out'),
    trace: output('trace'),
    plan,
  };
  function precision() {
    return option('precision', scalePrecision(1), 'a factor above 0: 1 is the default, 0.5 twice as precise', (text) => {
      const factor = parseNumber(text, (n) => n > 0);
      return factor === null ? null : scalePrecision(factor);
    });
  }
  const scenario = 'scenario' in read ? read.scenario : null;
  faults.push(...conflicts(raw, { ...options, scenario }, [...read.files, ...measuredRuns.runs.map(({ file }) => file)]));
  if (opened !== null && !('head' in opened)) faults.push(...opened);
  if (plan !== null && scenario !== null) {
    const given = (name: 'seed' | 'rate', value: number) => (raw[name] === undefined ? undefined : value);
    const asked = { scenario, seed: given('seed', options.seed), ratePerSecond: given('rate', rate) };
    faults.push(...contradictions(plan, asked, raw.workload!));
  }
  faults.push(...measuredRuns.faults, ...scenarioFaults, ...(scenario === null ? [] : check({ raw, ...options, scenario })));
  if (faults.length > 0 || scenario === null) throw new InputError(faults);
  const { warmup, measure, measured, ...others } = raw;
  return { raw: { ...others, set }, scenario: plan?.head.scenario ?? scenario, ...options };
}
