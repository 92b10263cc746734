import type { Stage } from '../engine/calendar.ts';
import { act, type Step } from './route.ts';

/** What stations tell of a request's life. */
export const MOMENTS = [
  'arrived', // the client starts
  'queued', // no worker is free: it waits for one
  'admitted', // it has a worker
  'callbackReady', // its pod's event loop has a callback to run for it
  'callbackBegan', // its turn has come
  'callbackEnded', // the callback has burned its cost; it may go on and burn more
  'abandoned', // the worker or connection that it waits for will not come
  'queryAsked', // it wants a connection for its statement
  'queryBegun', // it has one, the statement runs
  'queryDone', // the statement has taken effect
  'queryAnswered', // its pod has read the answer
  'queryEnded', // its connection is free again, whether it was answered or not
  'deliveryBegun', // connecting to the ISP
  'deliveryEnded', // its reply, or the deadline
  'released', // the worker is free again
  'departed', // the client has its answer; the outcome is final
] as const;
export type Moment = (typeof MOMENTS)[number];

/** What stations tell of themselves: a pod's event loop has come round to its timers. The token is the pod. */
const STATION_MOMENTS = ['loopTurned'] as const;
type AnyMoment = Moment | (typeof STATION_MOMENTS)[number];

/** An observer has a function for each moment that it wants to see. It reads the requests' columns and never writes them. */
export type Observer = { readonly [moment in AnyMoment]?: Stage };

/** What stations call: for each moment the functions of all observers as one, or null where nobody looks. */
export type Hooks = { readonly [moment in AnyMoment]: Stage | null };

/** Joins observers, once, at assembly. */
export function joinObservers(observers: readonly Observer[]): Hooks {
  const join = (moment: AnyMoment): Stage | null =>
    observers
      .map((observer) => observer[moment])
      .filter((look) => look !== undefined)
      .reduce<Stage | null>((first, second) => (first === null ? second : both(first, second)), null);
  return Object.fromEntries([...MOMENTS, ...STATION_MOMENTS].map((moment) => [moment, join(moment)])) as Hooks;
}

const both =
  (first: Stage, second: Stage): Stage =>
  (request) => {
    first(request);
    second(request);
  };

/** A step at which observers look; no step at all where nobody does. */
export const tell = (hook: Stage | null): Step => (hook === null ? (next) => next : act(hook));
