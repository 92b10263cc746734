import type { Calendar } from '../engine/calendar.ts';

/** How a request can end. The naive service's outcomes; they sum to the arrivals, with those in flight. */
export const OUTCOMES = ['sent', 'failed', 'timedOut', 'statusAnswered', 'rejected', 'refused', 'unrecorded', 'aborted'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const SENT = 0; // 200: accepted by the ISP
export const FAILED = 1; // 500: a 4xx or 5xx reply, or an INSERT or SELECT that failed
export const TIMED_OUT = 2; // 500: no reply within the deadline
export const STATUS_ANSWERED = 3; // 200
export const REJECTED = 4; // 503: no worker free and no place to wait
export const REFUSED = 5; // by the balancer: too many connections
export const UNRECORDED = 6; // 500: the UPDATE failed, the row is pending for ever
export const ABORTED = 7; // 502: the pod crashed, or none was up

/** By outcome: 1 if the service answered for itself, 200 or 500. Turned away, by 503, 502 or without an answer, is not served. */
export const IS_SERVED = Uint8Array.from(OUTCOMES, (outcome) => (['rejected', 'refused', 'aborted'].includes(outcome) ? 0 : 1));

export const STATEMENTS = ['insert', 'update', 'select'] as const;
export type Statement = (typeof STATEMENTS)[number];

export const NO_POD = -1;

export type Requests = ReturnType<typeof createRequests>;

/** The fields of all requests as columns; a request is an index into them. Drawn fields never change, faults and stations write the rest. */
export function createRequests({ capacity, state }: Calendar) {
  return {
    number: new Float64Array(capacity), // counted from 0 in order of arrival
    arrivedMs: new Float64Array(capacity),
    kind: new Uint8Array(capacity),
    isp: new Uint8Array(capacity),
    smtpMs: new Float64Array(capacity), // what the transaction will take
    reply: new Uint8Array(capacity), // and how it will end
    throttle: new Float64Array(capacity),
    pod: state(new Int32Array(capacity).fill(NO_POD)), // set while the request is in a pod
    statement: new Uint8Array(capacity), // the latest asked of the database
    outcome: new Uint8Array(capacity),
  };
}
