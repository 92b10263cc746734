import { readLines } from '../../fixtures/lines.ts';
import type { Scenario } from '../../fixtures/schema.ts';
import { readPlan } from '../../sim/workload/plan.ts';
import { drawWorkload, REPLIES, SEND, type Workload } from '../../sim/workload/workload.ts';

/** A request that is to be made. Times are ms of model time. */
export type PlannedRequest = PlannedSend | PlannedStatus;

export interface PlannedSend {
  readonly kind: 'send';
  /** Counted from 0 in order of arrival, over all requests. */
  readonly number: number;
  readonly atMs: number;
  readonly isp: string;
  readonly smtpMs: number;
  readonly reply: (typeof REPLIES)[number];
  readonly throttle: number;
}

export interface PlannedStatus {
  readonly kind: 'status';
  readonly number: number;
  readonly atMs: number;
  /** The number of the send that it asks for; null where none came before. */
  readonly asksFor: number | null;
}

export interface WorkloadSource {
  readonly scenario: Scenario;
  /** Names the run, for instance '42/0'; a file needs neither seed nor rate. */
  readonly seed: string;
  readonly ratePerSecond: number;
  /** A plan that `mailsim workload` wrote; the workload is drawn if it is null. */
  readonly file: string | null;
}

/** The requests that arrive up to and including an instant, ms of model time. Throws an InputError if the file is no whole plan. */
export function planRequests({ scenario, seed, ratePerSecond, file }: WorkloadSource, untilMs: number): PlannedRequest[] {
  const workload = file === null ? drawWorkload(scenario) : readPlan(() => readLines(file), file).workload;
  workload.restart(seed, ratePerSecond);
  return listRequests(scenario, workload, untilMs);
}

/** The same of a workload that has been restarted. */
function listRequests({ smtp }: Scenario, workload: Workload, untilMs: number): PlannedRequest[] {
  const requests: PlannedRequest[] = [];
  const sends: number[] = []; // the numbers of the sends so far
  for (let row = workload.next(); workload.atMs[row]! <= untilMs; row = workload.next()) {
    const number = requests.length;
    const atMs = workload.atMs[row]!;
    if (workload.kind[row] === SEND) {
      sends.push(number);
      requests.push({
        kind: 'send',
        number,
        atMs,
        isp: smtp.isps[workload.isp[row]!]!.name,
        smtpMs: workload.smtpMs[row]!,
        reply: REPLIES[workload.reply[row]!]!,
        throttle: workload.throttle[row]!,
      });
    } else {
      requests.push({ kind: 'status', number, atMs, asksFor: sends[workload.asksFor[row]!] ?? null });
    }
  }
  return requests;
}
