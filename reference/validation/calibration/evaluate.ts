import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Callback } from './attribution.ts';
import { STEPS, type StepName } from './excess.ts';
import { activeMsOf, type Fits, fitCosts, scaled } from './fit.ts';
import type { Measured } from './measure.ts';

export interface Rates {
  /** Measured with and without the hooks; what is fitted. */
  readonly rates: readonly number[];
  /** Measured without them, to be predicted. */
  readonly checkRate: number;
  /** Where the 503 and the deadline are measured. */
  readonly rareRate: number;
}

/** One rate. Shares are of the loop's active time in the recorded plays, null where there are none. */
export interface RateLine {
  readonly ratePerSecond: number;
  readonly fitted: Fits | null;
  /** Of the plays without the hooks: mean, and standard deviation of the repeats. */
  readonly utilisation: number;
  readonly deviation: number;
  /** From what is fitted over all rates, for the requests that ended in those plays. */
  readonly predicted: number;
  /** The scale that these plays alone would give. */
  readonly scale: number | null;
  /** Active time without the hooks ÷ with them: the same where no other process takes the CPU. */
  readonly activeRatio: number | null;
  readonly collectedShare: number | null;
  readonly offCpuShare: number | null;
  /** Of callbacks that belong to no request. */
  readonly otherShare: number | null;
  /** Least of the plays. */
  readonly idleShare: number;
}

export interface Evaluation {
  /** What the recorded costs have been multiplied by: the part of them that is not the hooks'. */
  readonly scale: number;
  readonly fitted: Fits;
  readonly lines: readonly RateLine[];
  /** Of all recorded plays: the callbacks of their measurement intervals, unscaled. */
  readonly callbacks: readonly Callback[];
  readonly excesses: Readonly<Record<StepName, readonly number[]>>;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const callbacksOf = (plays: readonly Measured[]): Callback[] => plays.flatMap(({ recorded }) => recorded?.callbacks ?? []);
const costOf = ({ costMs, collectionsMs }: Callback) => costMs + sum(collectionsMs);
const NO_REQUEST: ReadonlySet<Callback['name']> = new Set(['operation', 'other', 'unknown']);
const RARE: ReadonlySet<Callback['name']> = new Set(['rejected', 'deadline']);

/** What the plays of a calibration say. */
export function evaluate(plays: readonly Measured[], { rates, checkRate, rareRate }: Rates): Evaluation {
  const at = (rate: number) => plays.filter(({ spec }) => spec.ratePerSecond === rate);
  const total = (of: readonly Measured[], recorded: boolean, spent: 'activeMs' | 'cpuMs') =>
    sum(of.map((play) => (play.spec.recorded === recorded ? play[spent] : 0)));
  /** The hooks' own time is what they add to the CPU time of the process; all of it is the loop's. */
  const scaleOf = (of: readonly Measured[]) =>
    1 - (total(of, true, 'cpuMs') - total(of, false, 'cpuMs')) / sum(callbacksOf(of).map(costOf));
  const usual = rates.flatMap(at);
  const scale = scaleOf(usual); // one for all: the hooks do the same work at every rate
  const scaledAt = (rate: number) => callbacksOf(at(rate)).map((callback) => scaled(callback, scale));
  const rare = scaledAt(rareRate).filter(({ name }) => RARE.has(name));
  const fitted = fitCosts([...rates.flatMap(scaledAt), ...rare]);

  function line(ratePerSecond: number): RateLine {
    const plain = at(ratePerSecond).filter(({ spec }) => !spec.recorded);
    const measured = plain.map(({ utilisation }) => utilisation);
    const callbacks = callbacksOf(at(ratePerSecond));
    const recorded = callbacks.length > 0;
    const activeMs = sum(callbacks.map((callback) => costOf(callback) + callback.offCpuMs));
    const share = (ms: (callback: Callback) => number) => (recorded ? sum(callbacks.map(ms)) / activeMs : null);
    return {
      ratePerSecond,
      fitted: recorded ? fitCosts([...scaledAt(ratePerSecond), ...rare]) : null,
      utilisation: mean(measured),
      deviation: sampleStandardDeviation(measured),
      predicted: mean(plain.map(({ ends, activeMs, utilisation }) => (activeMsOf(ends, fitted) / activeMs) * utilisation)),
      scale: recorded ? scaleOf(at(ratePerSecond)) : null,
      activeRatio: recorded ? total(at(ratePerSecond), false, 'activeMs') / total(at(ratePerSecond), true, 'activeMs') : null,
      collectedShare: share(({ collectionsMs }) => sum(collectionsMs)),
      offCpuShare: share(({ offCpuMs }) => offCpuMs),
      otherShare: share(({ name, costMs }) => (NO_REQUEST.has(name) ? costMs : 0)),
      idleShare: Math.min(...at(ratePerSecond).map(({ idleShare }) => idleShare)),
    };
  }

  const excessOf = (step: StepName) => usual.flatMap(({ recorded }) => recorded?.excesses[step] ?? []);
  return {
    scale,
    fitted,
    lines: [...rates, checkRate].map(line),
    callbacks: callbacksOf(plays),
    excesses: Object.fromEntries(
      (Object.keys(STEPS) as StepName[]).map((step) => [step, excessOf(step)]),
    ) as unknown as Evaluation['excesses'],
  };
}
