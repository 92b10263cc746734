import type { PlannedRequest } from './plan.ts';

/** How a request can end: as the model has it, and what only a generator meets. */
export const OUTCOMES = [
  'sent',
  'failed',
  'timedOut',
  'statusAnswered',
  'rejected',
  'refused', // no connection, or one that was closed without an answer
  'unrecorded',
  'aborted',
  'inFlight', // no answer when the generator gave up
  'dropped', // the generator could not start it in time
  'invalid', // a 4xx: a bug, of the generator or the service
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The fields that matter of what the service answers. */
export interface AnswerBody {
  readonly message_id?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
}

/** The outcome that an HTTP answer stands for. */
export function outcomeOf(kind: PlannedRequest['kind'], status: number, body: AnswerBody): Outcome {
  if (status === 503) return 'rejected';
  if (status === 502) return 'aborted'; // by the balancer
  if (kind === 'status' && (status === 200 || status === 404)) return 'statusAnswered'; // the query was made, whatever it found
  if (status === 200) return 'sent';
  if (status < 500) return 'invalid';
  if (body.code === 'smtp_timeout') return 'timedOut';
  return body.status === 'pending' ? 'unrecorded' : 'failed';
}
