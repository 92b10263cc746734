import type { Calendar } from '../engine/calendar.ts';
import { MOMENTS, type Observer } from '../stations/moments.ts';
import { NO_POD, OUTCOMES, type Requests, STATEMENTS } from '../stations/requests.ts';
import { KINDS } from '../workload/workload.ts';

/** One line of the event trace: what happened to which request, when. */
export interface TraceEntry {
  readonly atMs: number;
  readonly moment: string;
  readonly request: number;
  readonly kind: string;
  readonly pod?: number;
  readonly statement?: string;
  readonly outcome?: string;
}

/** Tells every moment of every request, in order. */
export function traceMoments(
  { clock }: Calendar,
  { number, kind, pod, statement, outcome }: Requests,
  tell: (entry: TraceEntry) => void,
): Observer {
  const entry = (moment: string, request: number): TraceEntry => ({
    atMs: clock[0],
    moment,
    request: number[request]!,
    kind: KINDS[kind[request]!]!,
    ...(moment !== 'arrived' && pod[request] !== NO_POD && { pod: pod[request]! }),
    ...(moment.startsWith('query') && { statement: STATEMENTS[statement[request]!]! }),
    ...(moment === 'departed' && { outcome: OUTCOMES[outcome[request]!]! }),
  });
  return Object.fromEntries(MOMENTS.map((moment) => [moment, (request: number) => tell(entry(moment, request))]));
}
