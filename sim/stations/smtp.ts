import type { Fault, Scenario } from '../../fixtures/schema.ts';
import type { Calendar } from '../engine/calendar.ts';
import { ACCEPTED, DEFERRED, HANG } from '../workload/workload.ts';
import type { Hooks } from './moments.ts';
import { FAILED, type Requests, SENT, TIMED_OUT } from './requests.ts';
import type { Step } from './route.ts';

export type IspFault = Extract<Fault, { kind: 'smtpOutage' | 'ispSlow' | 'ispThrottle' }>;

/**
 * The recipients' mail servers. A transaction takes a new connection and the time that was drawn at the email's arrival, and ends in the
 * reply that was drawn with it, or at the deadline. What a fault changes is decided when a transaction begins.
 */
export function createSmtp(calendar: Calendar, requests: Requests, { smtp }: Scenario, { deliveryBegun, deliveryEnded }: Hooks) {
  const { timeoutMs, isps } = smtp;
  const { isp, smtpMs, reply, throttle, outcome } = requests;
  const faults = calendar.state(new Int32Array(1)); // of all ISPs, now
  const hangs = calendar.state(new Int32Array(isps.length));
  const factor = calendar.state(new Float64Array(isps.length).fill(1));
  const throttled = calendar.state(new Float64Array(isps.length)); // share answered 421

  /** Whether the server will reply before the deadline. */
  function begin(email: number): boolean {
    deliveryBegun?.(email);
    if (faults[0]! > 0) suffer(email);
    return reply[email] !== HANG && smtpMs[email]! < timeoutMs;
  }

  function suffer(email: number): void {
    const i = isp[email]!;
    smtpMs[email]! *= factor[i]!;
    if (throttle[email]! < throttled[i]! && reply[email] !== HANG) reply[email] = DEFERRED;
    if (hangs[i] === 1) reply[email] = HANG;
  }

  function replied(email: number): void {
    outcome[email] = reply[email] === ACCEPTED ? SENT : FAILED;
    deliveryEnded?.(email);
  }

  function expired(email: number): void {
    outcome[email] = TIMED_OUT;
    deliveryEnded?.(email);
  }

  function change(fault: IspFault, begins: boolean): void {
    faults[0]! += begins ? 1 : -1;
    for (const [i, { name }] of isps.entries()) {
      if (fault.isp !== undefined && fault.isp !== name) continue;
      if (fault.kind === 'smtpOutage') hangs[i] = begins ? 1 : 0;
      if (fault.kind === 'ispSlow') factor[i] = begins ? fault.factor : 1;
      if (fault.kind === 'ispThrottle') throttled[i] = begins ? fault.share : 0;
    }
  }

  return {
    /** One email over a new connection: SENT, FAILED or TIMED_OUT. */
    deliver(): Step {
      return (next) => {
        const awaitReply = calendar.timer(smtpMs, (email) => {
          replied(email);
          next(email);
        });
        const awaitDeadline = calendar.lane(timeoutMs, (email) => {
          expired(email);
          next(email);
        });
        return (email) => (begin(email) ? awaitReply(email) : awaitDeadline(email));
      };
    },

    suffer: (fault: IspFault): void => change(fault, true),
    recover: (fault: IspFault): void => change(fault, false),
  };
}
