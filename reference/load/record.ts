import { OUTCOMES, type Outcome } from './outcome.ts';
import type { PlannedRequest } from './plan.ts';

/** What became of a planned request. Times are real ms from the start of the play. */
export interface LoadRecord {
  readonly number: number;
  readonly kind: PlannedRequest['kind'];
  readonly isp: string | null;
  /** When the plan has it. Response times count from here: what delays the generator must not look like a fast service (coordinated omission). */
  readonly intendedMs: number;
  /** When it was written to a connection; null where it never was. */
  startedMs: number | null;
  firstByteMs: number | null;
  doneMs: number | null;
  /** Of HTTP; null where there was no answer. */
  status: number | null;
  outcome: Outcome;
  /** Of a send: its id, from the answer. Of a status query: the id that it asked for. */
  messageId: string | null;
  /** Of a status query: the number of the send that it asked for; null where it asked for an id that nobody has. */
  asked: number | null;
  /** Where the pod says that the time went, by step: real ms; empty where it said nothing. */
  timing: Readonly<Record<string, number>>;
  error: string | null;
}

/** Of real ms. Percentiles are values of the sample. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface Summary {
  readonly planned: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** How late requests were started, real ms; of those that were. */
  readonly latenessMs: Percentiles;
  /** Status queries that asked for the send that the plan names, and those that had to ask for another because it was not answered yet. */
  readonly askedAsPlanned: number;
  readonly askedInstead: number;
  /** When the play began, on the machine's monotonic clock (`now` of the alarm), and how long it took, real ms. */
  readonly startedAtMs: number;
  readonly tookMs: number;
  /** CPU time of the generator during the play, ms. */
  readonly cpuMs: number;
}

export const blankRecord = (request: PlannedRequest, stretch: number): LoadRecord => ({
  number: request.number,
  kind: request.kind,
  isp: request.kind === 'send' ? request.isp : null,
  intendedMs: request.atMs * stretch,
  startedMs: null,
  firstByteMs: null,
  doneMs: null,
  status: null,
  outcome: 'inFlight',
  messageId: null,
  asked: null,
  timing: {},
  error: null,
});

export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

export function countOutcomes(records: readonly LoadRecord[]): Record<Outcome, number> {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  for (const { outcome } of records) counts[outcome]++;
  return counts;
}

/** The steps of a Server-Timing header (W3C), `insert;dur=20.1, smtp;dur=80.3`, ms. */
export function readTiming(header: string): Record<string, number> {
  return Object.fromEntries([...header.matchAll(/([\w-]+);dur=([\d.]+)/g)].map(([, step, ms]) => [step, Number(ms)]));
}
