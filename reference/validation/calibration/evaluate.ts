import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Callback, CallbackName } from './attribution.ts';
import { STEPS, type StepName } from './excess.ts';
import { activeMsOf, type Fitted, fitCosts, scaled } from './fit.ts';
import type { Measured } from './measure.ts';

export interface Rates {
  /** Measured with and without the hooks; what is fitted. */
  readonly rates: readonly number[];
  /** Measured without them, to be predicted. */
  readonly checkRate: number;
  /** Where the 503 and the deadline are measured. */
  readonly rareRate: number;
}

type Fits = Readonly<Record<CallbackName, Fitted>>;

/** One rate. Shares are of the loop's active time in the recorded plays, null where there are none. */
export interface RateLine {
  readonly ratePerSecond: number;
  readonly fitted: Fits | null;
  /** Of the plays without the hooks: mean, and standard deviation of the repeats. */
  readonly utilisation: number;
  readonly deviation: number;
  /** From what is fitted over all rates, for the requests that ended in those plays. */
  readonly predicted: number;
  /** What the costs have been multiplied by: the part of them that is not the hooks'. */
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
  const total = (rate: number, recorded: boolean, spent: 'activeMs' | 'cpuMs') =>
    sum(at(rate).map((play) => (play.spec.recorded === recorded ? play[spent] : 0)));
  /** The hooks' own time is what they add to the CPU time of the process; all of it is the loop's. */
  const scaleAt = (rate: number) => {
    const costMs = sum(callbacksOf(at(rate)).map(costOf));
    return 1 - (total(rate, true, 'cpuMs') - total(rate, false, 'cpuMs')) / costMs;
  };
  const scaledAt = (rate: number, scale = scaleAt(rate)) => callbacksOf(at(rate)).map((callback) => scaled(callback, scale));
  const rare = scaledAt(rareRate, mean(rates.map(scaleAt))).filter(({ name }) => RARE.has(name));
  const fitted = fitCosts([...rates.flatMap((rate) => scaledAt(rate)), ...rare]);

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
      scale: recorded ? scaleAt(ratePerSecond) : null,
      activeRatio: recorded ? total(ratePerSecond, false, 'activeMs') / total(ratePerSecond, true, 'activeMs') : null,
      collectedShare: share(({ collectionsMs }) => sum(collectionsMs)),
      offCpuShare: share(({ offCpuMs }) => offCpuMs),
      otherShare: share(({ name, costMs }) => (NO_REQUEST.has(name) ? costMs : 0)),
      idleShare: Math.min(...at(ratePerSecond).map(({ idleShare }) => idleShare)),
    };
  }

  const usual = rates.flatMap(at);
  const excessOf = (step: StepName) => usual.flatMap(({ recorded }) => recorded?.excesses[step] ?? []);
  return {
    fitted,
    lines: [...rates, checkRate].map(line),
    callbacks: callbacksOf(plays),
    excesses: Object.fromEntries(
      (Object.keys(STEPS) as StepName[]).map((step) => [step, excessOf(step)]),
    ) as unknown as Evaluation['excesses'],
  };
}
