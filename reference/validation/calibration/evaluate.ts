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
  /** Active time without the hooks ÷ with them; and the same of the process's CPU time, which is steadier where others take the CPU. */
  readonly scale: number | null;
  readonly cpuScale: number | null;
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
const NO_REQUEST: ReadonlySet<Callback['name']> = new Set(['operation', 'other', 'unknown']);
const RARE: ReadonlySet<Callback['name']> = new Set(['rejected', 'deadline']);

/** What the plays of a calibration say. */
export function evaluate(plays: readonly Measured[], { rates, checkRate, rareRate }: Rates): Evaluation {
  const at = (rate: number) => plays.filter(({ spec }) => spec.ratePerSecond === rate);
  const scaleAt = (rate: number, spent: 'activeMs' | 'cpuMs') => {
    const total = (recorded: boolean) => sum(at(rate).map((play) => (play.spec.recorded === recorded ? play[spent] : 0)));
    return total(false) / total(true);
  };
  const scaledAt = (rate: number, scale = scaleAt(rate, 'activeMs')) => callbacksOf(at(rate)).map((callback) => scaled(callback, scale));
  const rare = scaledAt(rareRate, mean(rates.map((rate) => scaleAt(rate, 'activeMs')))).filter(({ name }) => RARE.has(name));
  const fitted = fitCosts([...rates.flatMap((rate) => scaledAt(rate)), ...rare]);

  function line(ratePerSecond: number): RateLine {
    const plain = at(ratePerSecond).filter(({ spec }) => !spec.recorded);
    const measured = plain.map(({ utilisation }) => utilisation);
    const callbacks = callbacksOf(at(ratePerSecond));
    const recorded = callbacks.length > 0;
    const activeMs = sum(callbacks.map(({ costMs, collectionsMs, offCpuMs }) => costMs + sum(collectionsMs) + offCpuMs));
    const share = (ms: (callback: Callback) => number) => (recorded ? sum(callbacks.map(ms)) / activeMs : null);
    return {
      ratePerSecond,
      fitted: recorded ? fitCosts([...scaledAt(ratePerSecond), ...rare]) : null,
      utilisation: mean(measured),
      deviation: sampleStandardDeviation(measured),
      predicted: mean(plain.map(({ ends, activeMs, utilisation }) => (activeMsOf(ends, fitted) / activeMs) * utilisation)),
      scale: recorded ? scaleAt(ratePerSecond, 'activeMs') : null,
      cpuScale: recorded ? scaleAt(ratePerSecond, 'cpuMs') : null,
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
