import type { Fault } from '../../fixtures/schema.ts';

export type IspFault = Extract<Fault, { kind: 'smtpOutage' | 'ispSlow' | 'ispThrottle' }>;
const ISP_FAULTS: readonly string[] = ['smtpOutage', 'ispSlow', 'ispThrottle'] satisfies IspFault['kind'][];

/** Whether a fault is an ISP's. */
export const isIspFault = (fault: Fault): fault is IspFault => ISP_FAULTS.includes(fault.kind);

/** The instants, ms, at which faults of ISPs begin and end, in order: where one begins as another ends, the end comes first. */
export function changesOf(faults: readonly Fault[]): { readonly fault: IspFault; readonly begins: boolean; readonly atMs: number }[] {
  const ofIsps = faults.filter(isIspFault);
  const ends = ofIsps.map((fault) => ({ fault, begins: false, atMs: fault.atMs + fault.forMs }));
  const begins = ofIsps.map((fault) => ({ fault, begins: true, atMs: fault.atMs }));
  return [...ends, ...begins].sort((a, b) => a.atMs - b.atMs); // stable
}

/** What is wrong with an ISP now; a transaction keeps what was so when it began. */
export interface Condition {
  readonly hangs: boolean;
  /** Of the latency. */
  readonly factor: number;
  /** Share of the transactions that is deferred. */
  readonly throttledShare: number;
}

export const HEALTHY: Condition = { hangs: false, factor: 1, throttledShare: 0 };

/** The condition once a fault has begun or ended. Of two faults of one kind the later one counts, and the end of either ends both: as the model has it. */
export function changed(condition: Condition, fault: IspFault, begins: boolean): Condition {
  switch (fault.kind) {
    case 'smtpOutage':
      return { ...condition, hangs: begins };
    case 'ispSlow':
      return { ...condition, factor: begins ? fault.factor : 1 };
    case 'ispThrottle':
      return { ...condition, throttledShare: begins ? fault.share : 0 };
  }
}
