import { mean, quantileSorted, sampleVariance } from 'simple-statistics';
import { CALLBACKS, type Callback, type CallbackName } from './attribution.ts';

/** What a callback costs: a lognormal with the mean and the variance of what was measured, since waiting depends on both. */
export interface Cost {
  readonly kind: 'lognormal';
  readonly meanMs: number;
  readonly sigma: number;
}

/** What was measured of one callback, ms; percentiles are those of the sample, collections apart. */
export interface Fitted {
  readonly number: number;
  readonly cost: Cost;
  /** What sigma would be without collections. */
  readonly ownSigma: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Moments {
  readonly meanMs: number;
  readonly variance: number;
}

const momentsOf = (values: readonly number[]): Moments => ({
  meanMs: mean([...values]),
  variance: values.length > 1 ? sampleVariance([...values]) : 0,
});

/** The same callback with every cost multiplied. */
export const scaled = (callback: Callback, scale: number): Callback => ({
  ...callback,
  costMs: callback.costMs * scale,
  firstMs: callback.firstMs * scale,
  collectionsMs: callback.collectionsMs.map((ms) => ms * scale),
});

/**
 * The measured costs of one callback, ms. The head of a request is measured at sends, where the loop hands over the body next. The rest of a
 * status query or of a 503 begins in the middle of a callback: it is the whole less the mean head, and the head's variance is not its own.
 */
function samplesOf(name: CallbackName, callbacks: readonly Callback[]): readonly number[] {
  const named = (found: Callback['name']) => callbacks.filter((callback) => callback.name === found);
  const whole = (found: Callback['name']) => named(found).map(({ costMs }) => costMs);
  switch (name) {
    case 'request':
      return named('send').map(({ firstMs }) => firstMs);
    case 'body':
      return named('send').map(({ costMs, firstMs }) => costMs - firstMs);
    case 'query':
      return whole('status');
    case 'reject':
      return whole('rejected');
    default:
      return whole(name);
  }
}

const WITH_HEAD: ReadonlySet<CallbackName> = new Set(['query', 'reject']);

/** A variance that is a difference may come out as nothing: at least that of a spread of a tenth of the mean. */
const LEAST_SPREAD = 0.1;

/**
 * Fits all callbacks. A garbage collection falls on whichever callback happens to run, so collections are taken together and given to all in
 * proportion to their active time: with costs C and collections at a rate per ms of C, each of duration G, mean and variance are those of a
 * compound Poisson sum. Throws where a callback was not seen at all.
 */
export function fitCosts(callbacks: readonly Callback[]): Readonly<Record<CallbackName, Fitted>> {
  const collectionsMs = callbacks.flatMap((callback) => callback.collectionsMs);
  const activeMs = callbacks.reduce((sum, { costMs }) => sum + costMs, 0);
  const perActiveMs = (power: number) => collectionsMs.reduce((sum, ms) => sum + ms ** power, 0) / activeMs;
  const grown = 1 + perActiveMs(1);
  const withCollections = ({ meanMs, variance }: Moments): Moments => ({
    meanMs: meanMs * grown,
    variance: variance * grown ** 2 + meanMs * perActiveMs(2),
  });
  const head = momentsOf(samplesOf('request', callbacks));

  function fitted(name: CallbackName): Fitted {
    const samples = samplesOf(name, callbacks);
    if (samples.length === 0) throw new Error(`no ${name} was seen`);
    const whole = momentsOf(samples);
    const shiftMs = WITH_HEAD.has(name) ? head.meanMs : 0;
    const meanMs = whole.meanMs - shiftMs;
    const variance = Math.max(whole.variance - (WITH_HEAD.has(name) ? head.variance : 0), (LEAST_SPREAD * meanMs) ** 2);
    const sorted = samples.map((ms) => ms - shiftMs).sort((a, b) => a - b);
    return {
      number: samples.length,
      cost: lognormal(withCollections({ meanMs, variance })),
      ownSigma: lognormal({ meanMs, variance }).sigma,
      p50Ms: quantileSorted(sorted, 0.5),
      p99Ms: quantileSorted(sorted, 0.99),
    };
  }

  return Object.fromEntries(CALLBACKS.map((name) => [name, fitted(name)])) as Record<CallbackName, Fitted>;
}

/** Var X = (exp σ² − 1) · mean². */
export const lognormal = ({ meanMs, variance }: Moments): Cost => ({
  kind: 'lognormal',
  meanMs,
  sigma: Math.sqrt(Math.log1p(variance / meanMs ** 2)),
});

/** How many requests came to which end. */
export interface Ends {
  readonly sent: number;
  readonly timedOut: number;
  readonly statusAnswered: number;
  readonly rejected: number;
}

const DIALOGUE = ['request', 'body', 'mxReply', 'insertReply', 'connected', 'greeting', 'ehloReply', 'dataReply'] as const;
const CHAINS: Readonly<Record<keyof Ends, readonly CallbackName[]>> = {
  sent: [...DIALOGUE, 'smtpReply', 'updateReply'],
  timedOut: [...DIALOGUE, 'deadline', 'updateReply'],
  statusAnswered: ['request', 'query', 'selectReply'],
  rejected: ['request', 'reject'],
};

/** The active time that so many requests cost, ms. */
export function activeMsOf(ends: Ends, costs: Readonly<Record<CallbackName, Pick<Fitted, 'cost'>>>): number {
  const chainMs = (end: keyof Ends) => CHAINS[end].reduce((sum, name) => sum + costs[name].cost.meanMs, 0);
  return (Object.keys(CHAINS) as (keyof Ends)[]).reduce((sum, end) => sum + ends[end] * chainMs(end), 0);
}
