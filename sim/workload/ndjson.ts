import { mostMs } from '../../fixtures/schema.ts';
import { KINDS, REPLIES, SEND, type Workload } from './workload.ts';

/** One request of a written workload. Times are ms of model time. */
export type Line = SendLine | StatusLine;

export interface SendLine {
  readonly atMs: number;
  readonly kind: 'send';
  readonly isp: string;
  readonly smtpMs: number;
  readonly reply: (typeof REPLIES)[number];
  readonly throttle: number;
}

export interface StatusLine {
  readonly atMs: number;
  readonly kind: 'status';
  /** The number of the send that it asks for, from 0; null: of none. */
  readonly asksFor: number | null;
}

/** A row of a workload as a line. */
export function lineOf({ atMs, kind, isp, smtpMs, reply, throttle, asksFor }: Workload, row: number, isps: readonly string[]): Line {
  const at = atMs[row]!;
  if (kind[row] !== SEND) return { atMs: at, kind: 'status', asksFor: asksFor[row] === -1 ? null : asksFor[row]! };
  return {
    atMs: at,
    kind: 'send',
    isp: isps[isp[row]!]!,
    smtpMs: Math.min(smtpMs[row]!, mostMs), // what is beyond every deadline
    reply: REPLIES[reply[row]!]!,
    throttle: throttle[row]!,
  };
}

const FIELDS = { send: 6, status: 3 } as const;

/** What stands before a line in its plan. */
export interface Before {
  readonly latestMs: number;
  readonly sends: number;
}

/** What a value should have been to be a request; null if it is one. `endMs` is the end of the run, `isps` are the names of the scenario's. */
export function lineFault(value: unknown, { latestMs, sends }: Before, endMs: number, isps: readonly string[]): string | null {
  if (typeof value !== 'object' || value === null) return 'a request';
  const line = value as Line; // of which nothing is sure to have its type
  if (!isNumber(line.atMs, latestMs, endMs)) return `"atMs" as a number from ${latestMs} to ${endMs}, the end of the run`;
  if (line.kind !== 'send' && line.kind !== 'status') return `"kind" as one of ${KINDS.join(', ')}`;
  const fault = line.kind === 'send' ? sendFault(line, isps) : statusFault(line, sends);
  if (fault !== null) return fault;
  return Object.keys(line).length === FIELDS[line.kind] ? null : 'no other fields';
}

function sendFault({ isp, smtpMs, reply, throttle }: SendLine, isps: readonly string[]): string | null {
  if (!isps.includes(isp)) return `"isp" as one of the scenario's: ${isps.join(', ')}`;
  if (!isNumber(smtpMs, 0, mostMs)) return `"smtpMs" as a number from 0 to ${mostMs}`;
  if (!REPLIES.includes(reply)) return `"reply" as one of ${REPLIES.join(', ')}`;
  return isNumber(throttle, 0, 1) ? null : '"throttle" as a number from 0 to 1';
}

function statusFault({ asksFor }: StatusLine, sends: number): string | null {
  if (asksFor === null || (Number.isInteger(asksFor) && asksFor >= 0 && asksFor < sends)) return null;
  return `"asksFor" as the number of a send before it${sends === 0 ? ', of which there is none' : `, from 0 to ${sends - 1}`}, or null`;
}

function isNumber(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
