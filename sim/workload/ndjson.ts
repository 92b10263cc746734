import { InputError, type InputFault } from '../../fixtures/input-error.ts';
import type { Scenario } from '../../fixtures/schema.ts';
import { KINDS, REPLIES, SEND, type Workload } from './workload.ts';

/** One request of a written workload. Times are ms of model time. */
export type Line =
  | {
      readonly atMs: number;
      readonly kind: 'send';
      readonly isp: string;
      readonly smtpMs: number;
      readonly reply: (typeof REPLIES)[number];
      readonly throttle: number;
    }
  | { readonly atMs: number; readonly kind: 'status'; readonly asksFor: number | null };

/** The requests that arrive up to and including an instant, ms, as NDJSON without line ends. The workload must have been restarted. */
export function* writeWorkload({ smtp }: Scenario, workload: Workload, untilMs: number): Generator<string> {
  for (;;) {
    const row = workload.next();
    const atMs = workload.atMs[row]!;
    if (!(atMs <= untilMs)) return;
    const asksFor = workload.asksFor[row]!;
    const line: Line =
      workload.kind[row] === SEND
        ? {
            atMs,
            kind: 'send',
            isp: smtp.isps[workload.isp[row]!]!.name,
            smtpMs: workload.smtpMs[row]!,
            reply: REPLIES[workload.reply[row]!]!,
            throttle: workload.throttle[row]!,
          }
        : { atMs, kind: 'status', asksFor: asksFor === -1 ? null : asksFor };
    yield JSON.stringify(line);
  }
}

const MOST_FAULTS = 20;

/** Reads a workload back: it serves the same requests whatever seed and rate it is restarted with. Throws an InputError that lists the lines that are none. */
export function readWorkload({ smtp }: Scenario, lines: readonly string[], name: string): Workload {
  const count = lines.length;
  const atMs = new Float64Array(count + 1);
  const [smtpMs, throttle, asksFor] = [new Float64Array(count + 1), new Float64Array(count + 1), new Float64Array(count + 1)];
  const [kind, isp, reply] = [new Uint8Array(count + 1), new Uint8Array(count + 1), new Uint8Array(count + 1)];
  const isps = smtp.isps.map((each) => each.name);
  const faults: InputFault[] = [];
  let latestMs = 0;
  for (const [row, text] of lines.entries()) {
    const line = parseLine(text);
    const problem = line === null ? 'a request' : check(line, latestMs, isps);
    if (line === null || problem !== null) {
      faults.push({ path: `${name}, line ${row + 1}`, found: text.length > 120 ? `${text.slice(0, 120)}…` : text, allowed: problem ?? '' });
      if (faults.length === MOST_FAULTS) break;
      continue;
    }
    latestMs = line.atMs;
    atMs[row] = line.atMs;
    kind[row] = KINDS.indexOf(line.kind);
    if (line.kind === 'status') {
      asksFor[row] = line.asksFor ?? -1;
    } else {
      isp[row] = isps.indexOf(line.isp);
      smtpMs[row] = line.smtpMs;
      reply[row] = REPLIES.indexOf(line.reply);
      throttle[row] = line.throttle;
    }
  }
  if (faults.length > 0) throw new InputError(faults);
  atMs[count] = Infinity;

  let cursor = -1;
  return {
    atMs,
    kind,
    isp,
    smtpMs,
    reply,
    throttle,
    asksFor,
    next: () => (cursor < count ? ++cursor : count),
    restart() {
      cursor = -1;
    },
  };
}

/** What a line holds, unchecked; null where it is no JSON object. */
function parseLine(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Line) : null;
  } catch {
    return null;
  }
}

/** What a line should have been; null where it is right. Nothing in it is sure to have the type that Line says. */
function check(line: Line, latestMs: number, isps: readonly string[]): string | null {
  if (!isNumber(line.atMs, latestMs)) return `"atMs" as a number, at least ${latestMs}`;
  if (line.kind === 'status') {
    const right = line.asksFor === null || (isNumber(line.asksFor, 0) && Number.isInteger(line.asksFor));
    return right ? null : '"asksFor" as the number of a send, from 0, or null';
  }
  if (line.kind !== 'send') return `"kind" as one of ${KINDS.join(', ')}`;
  if (!isps.includes(line.isp)) return `"isp" as one of the scenario's: ${isps.join(', ')}`;
  if (!isNumber(line.smtpMs, 0)) return '"smtpMs" as a number, at least 0';
  if (!REPLIES.includes(line.reply)) return `"reply" as one of ${REPLIES.join(', ')}`;
  return isNumber(line.throttle, 0) && line.throttle <= 1 ? null : '"throttle" as a number from 0 to 1';
}

function isNumber(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= least;
}
