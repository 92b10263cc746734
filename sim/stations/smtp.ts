import type { Fault, Scenario } from '../../fixtures/schema.ts';
import type { Calendar, Stage } from '../engine/calendar.ts';
import { ACCEPTED, DEFERRED, HANG } from '../workload/workload.ts';
import type { EventLoops, Timers } from './event-loop.ts';
import type { Hooks } from './moments.ts';
import { FAILED, type Requests, SENT, TIMED_OUT } from './requests.ts';
import { route, type Step } from './route.ts';

export type IspFault = Extract<Fault, { kind: 'smtpOutage' | 'ispSlow' | 'ispThrottle' }>;

/**
 * The recipients' mail servers. A transaction takes a new connection and the time that was drawn at the email's arrival, and ends in the
 * reply that was drawn with it, or at the deadline. What a fault changes is decided when a transaction begins.
 */
export function createSmtp(calendar: Calendar, requests: Requests, { smtp }: Scenario, hooks: Hooks, loops: EventLoops) {
  const { deliveryBegun, deliveryEnded } = hooks;
  const { timeoutMs, isps } = smtp;
  const { clock, due, capacity } = calendar;
  const { isp, smtpMs, reply, throttle, outcome } = requests;
  const faults = calendar.state(new Int32Array(1)); // of all ISPs, now
  const hangs = calendar.state(new Int32Array(isps.length));
  const factor = calendar.state(new Float64Array(isps.length).fill(1));
  const throttled = calendar.state(new Float64Array(isps.length)); // share answered 421
  const repliesMs = new Float64Array(capacity); // when the final reply will be there
  const isExpected = new Uint8Array(capacity); // 1: it is on the calendar

  function begin(email: number): void {
    deliveryBegun?.(email);
    if (faults[0]! > 0) suffer(email);
  }

  function suffer(email: number): void {
    const i = isp[email]!;
    smtpMs[email]! *= factor[i]!;
    if (throttle[email]! < throttled[i]!) reply[email] = DEFERRED; // whoever throttles looks before whatever hangs
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

  /** Without event loops it is known at once whether the reply comes before the deadline. */
  function awaitEither(next: Stage): Stage {
    const awaitReply = calendar.timer(smtpMs, (email) => {
      replied(email);
      next(email);
    });
    const awaitDeadline = calendar.lane(timeoutMs, (email) => {
      expired(email);
      next(email);
    });
    return (email) => {
      begin(email);
      if (reply[email] !== HANG && smtpMs[email]! < timeoutMs) awaitReply(email);
      else awaitDeadline(email);
    };
  }

  /** Each reply is a callback of the pod; its timer runs from before the connection is asked for. The server's time counts from there, too. */
  function converse(timers: Timers, next: Stage): Stage {
    const settle: Stage = (email) => {
      timers.clear(email);
      replied(email);
    };
    const read = loops.callback('smtpReply', settle)(next);
    const awaitReply = calendar.appointment((email) => {
      isExpected[email] = 0;
      read(email);
    });
    const hangUp: Stage = (email) => {
      if (isExpected[email] === 1) calendar.withdraw((token) => token === email);
      else timers.forget(email);
      expired(email);
    };
    timers.onExpiry(hangUp, 'deadline', next);
    const replies = (['connected', 'greeting', 'ehloReply', 'dataReply'] as const).map((name) => loops.callback(name));
    const connect = route(...replies)((email) => {
      if (reply[email] === HANG) return;
      due[email] = Math.max(clock[0], repliesMs[email]!);
      isExpected[email] = 1;
      awaitReply(email);
    });
    return (email) => {
      begin(email);
      repliesMs[email] = clock[0] + smtpMs[email]!;
      isExpected[email] = 0;
      timers.set(email);
      connect(email);
    };
  }

  return {
    /** One email over a new connection: SENT, FAILED or TIMED_OUT. */
    deliver: (): Step => (next) => (loops.timers === null ? awaitEither(next) : converse(loops.timers, next)),

    suffer: (fault: IspFault): void => change(fault, true),
    recover: (fault: IspFault): void => change(fault, false),
  };
}
