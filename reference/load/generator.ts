import { randomUUID } from 'node:crypto';
import type { Alarm } from '../harness/alarm.ts';
import type { Client, HttpRequest } from './client.ts';
import { sendRequest, statusRequest } from './messages.ts';
import { type AnswerBody, type Outcome, outcomeOf } from './outcome.ts';
import type { PlannedRequest, PlannedStatus } from './plan.ts';
import { blankRecord, countOutcomes, type LoadRecord, percentiles, readTiming, type Summary } from './record.ts';

export interface PlaySettings {
  /** Real time ÷ model time. */
  readonly stretch: number;
  /** An instant of the alarm's clock. */
  readonly startAtMs: number;
  /** A request that could not be started so soon after its instant is dropped, real ms. */
  readonly startWithinMs: number;
}

export interface Progress {
  readonly planned: number;
  readonly begun: number;
  readonly done: number;
}

export interface Play {
  readonly ended: Promise<{ readonly records: readonly LoadRecord[]; readonly summary: Summary }>;
  progress(): Progress;
}

const DROPS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'EMFILE', 'EADDRNOTAVAIL']); // no connection could be had in time
const GIVEN_UP = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/**
 * Makes each request at its instant, whatever became of those before it: an open loop. Every planned request gets a record, in order of number.
 */
export function play(plan: readonly PlannedRequest[], client: Client, alarm: Alarm, settings: PlaySettings): Play {
  const { stretch, startAtMs, startWithinMs } = settings;
  const records = plan.map((request) => blankRecord(request, stretch));
  const ended = Promise.withResolvers<void>();
  const cpu = process.cpuUsage();
  const elapsedMs = () => alarm.now() - startAtMs;
  let begun = 0;
  let done = 0;
  let lastAnswered: LoadRecord | null = null; // of the sends

  function beginDue(): void {
    while (begun < plan.length && records[begun]!.intendedMs <= elapsedMs()) begin(plan[begun]!, records[begun++]!);
    if (begun < plan.length) alarm.at(startAtMs + records[begun]!.intendedMs, beginDue);
  }

  function begin(request: PlannedRequest, record: LoadRecord): void {
    if (elapsedMs() - record.intendedMs > startWithinMs) {
      end(record, 'dropped', 'the generator was late');
      return;
    }
    client.make(request.kind === 'send' ? sendRequest(request) : ask(request, record), {
      started() {
        record.startedMs ??= elapsedMs();
      },
      firstByte() {
        record.firstByteMs = elapsedMs();
      },
      done(status, body, timing) {
        record.status = status;
        record.timing = readTiming(timing);
        if (record.kind === 'send') learn(record, body);
        end(record, outcomeOf(record.kind, status, body), status === 200 ? null : textOf(body.code));
      },
      failed({ code = '', message }) {
        const outcome = DROPS.has(code) ? 'dropped' : GIVEN_UP.has(code) ? 'inFlight' : 'refused';
        end(record, outcome, [code, message].filter(Boolean).join(': '));
      },
    });
  }

  /**
   * A status query asks for the send that the plan names, if that has been answered: only its answer tells its id. Waiting for it would close
   * the loop. So a query that comes too early asks for the send that was answered last, or for an id that nobody has where there is none:
   * the same work for the service, a look-up by primary key.
   */
  function ask({ asksFor }: PlannedStatus, record: LoadRecord): HttpRequest {
    const planned = asksFor === null ? null : records[asksFor]!;
    const found = planned?.messageId ? planned : lastAnswered;
    record.asked = found?.number ?? null;
    record.messageId = found?.messageId ?? randomUUID();
    return statusRequest(record.messageId);
  }

  function learn(record: LoadRecord, { message_id }: AnswerBody): void {
    if (typeof message_id !== 'string') return;
    record.messageId = message_id;
    lastAnswered = record;
  }

  function end(record: LoadRecord, outcome: Outcome, error: string | null): void {
    record.outcome = outcome;
    record.error = error;
    record.doneMs = elapsedMs();
    if (++done === plan.length) ended.resolve();
  }

  function summarise(): Summary {
    const started = records.filter(({ startedMs }) => startedMs !== null);
    const queries = plan.filter((request) => request.kind === 'status');
    const asPlanned = queries.filter(({ number, asksFor }) => records[number]!.asked === asksFor).length;
    const { user, system } = process.cpuUsage(cpu);
    return {
      planned: plan.length,
      outcomes: countOutcomes(records),
      latenessMs: percentiles(started.map(({ startedMs, intendedMs }) => startedMs! - intendedMs)),
      askedAsPlanned: asPlanned,
      askedInstead: queries.length - asPlanned,
      startedAtMs: startAtMs,
      tookMs: elapsedMs(),
      cpuMs: (user + system) / 1000,
    };
  }

  if (plan.length === 0) ended.resolve();
  else alarm.at(startAtMs, beginDue);
  return {
    ended: ended.promise.then(() => ({ records, summary: summarise() })),
    progress: () => ({ planned: plan.length, begun, done }),
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
