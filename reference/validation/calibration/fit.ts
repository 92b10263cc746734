import { mean, quantileSorted, sampleVariance } from 'simple-statistics';
import { CALLBACKS, type Callback, type CallbackName } from './attribution.ts';

/** A lognormal with the mean and the variance of what was measured, since waiting depends on both. */
export interface Cost {
  readonly kind: 'lognormal';
  readonly meanMs: number;
  readonly sigma: number;
}

/** What was measured of one callback, ms, collections apart; percentiles are those of the sample. */
export interface Fitted {
  readonly number: number;
  readonly cost: Cost;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Garbage collections, which fall on whichever callback happens to run: how much active time lies between two, and how long one takes. */
export interface Collections {
  readonly number: number;
  readonly everyMs: number;
  readonly pauseMs: Cost;
}

export interface Fits {
  readonly callbacks: Readonly<Record<CallbackName, Fitted>>;
  /** Null where there were too few to tell. */
  readonly collections: Collections | null;
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

/** Fits all callbacks, and apart from them the collections. Throws where a callback was not seen at all. */
export function fitCosts(callbacks: readonly Callback[]): Fits {
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
      cost: lognormal({ meanMs, variance }),
      p50Ms: quantileSorted(sorted, 0.5),
      p99Ms: quantileSorted(sorted, 0.99),
    };
  }

  return {
    callbacks: Object.fromEntries(CALLBACKS.map((name) => [name, fitted(name)])) as Record<CallbackName, Fitted>,
    collections: fitCollections(callbacks),
  };
}

function fitCollections(callbacks: readonly Callback[]): Collections | null {
  const pausesMs = callbacks.flatMap(({ collectionsMs }) => collectionsMs);
  if (pausesMs.length < 2) return null;
  const activeMs = callbacks.reduce((sum, { costMs }) => sum + costMs, 0);
  return { number: pausesMs.length, everyMs: activeMs / pausesMs.length, pauseMs: lognormal(momentsOf(pausesMs)) };
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

/** The active time that so many requests cost, with the collections in it, ms. */
export function activeMsOf(ends: Ends, { callbacks, collections }: Fits): number {
  const chainMs = (end: keyof Ends) => CHAINS[end].reduce((sum, name) => sum + callbacks[name].cost.meanMs, 0);
  const costMs = (Object.keys(CHAINS) as (keyof Ends)[]).reduce((sum, end) => sum + ends[end] * chainMs(end), 0);
  return collections === null ? costMs : costMs * (1 + collections.pauseMs.meanMs / collections.everyMs);
}
