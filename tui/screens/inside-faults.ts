import { overlap, ruleFaults } from '../../fixtures/rules.ts';
import { type Fault, mostMs, type Scenario } from '../../fixtures/schema.ts';
import { duration, grouped } from '../format.ts';
import { shortenedName } from '../terminal/text.ts';

/** What a fault can strike: all ISPs, one of them (an index), the database, or a pod (an index). */
export type Target =
  | { readonly kind: 'isps' }
  | { readonly kind: 'isp'; readonly isp: number }
  | { readonly kind: 'database' }
  | { readonly kind: 'pod'; readonly pod: number };

export const STRIKES = ['outage', 'slow', 'throttle', 'stall', 'crash'] as const;
/** What can be done to a target. */
export type Strike = (typeof STRIKES)[number];

const LASTS_MS = { outage: 30_000, down: 5_000, slow: 30_000, throttle: 30_000, stall: 5_000, crash: 10_000 } as const;
const SLOW_FACTOR = 5;
const THROTTLED_SHARE = 0.5;

/** The fault of the scenario language that a strike is; null where it cannot be done to that target. There is but one database to stall. */
export function faultOf(strike: Strike, target: Target, { smtp }: Scenario, atMs: number): Fault | null {
  const forMs = LASTS_MS[strike];
  const isp = target.kind === 'isp' ? { isp: smtp.isps[target.isp]!.name } : {};
  const mail = target.kind === 'isp' || target.kind === 'isps';
  switch (strike) {
    case 'stall':
      return { kind: 'databaseStall', atMs, forMs };
    case 'crash':
      return target.kind === 'pod' ? { kind: 'podCrash', atMs, forMs, pod: target.pod } : null;
    case 'outage':
      if (target.kind === 'database') return { kind: 'databaseDown', atMs, forMs: LASTS_MS.down };
      return mail ? { kind: 'smtpOutage', atMs, forMs, ...isp } : null;
    case 'slow':
      if (target.kind === 'database') return { kind: 'databaseSlow', atMs, forMs, factor: SLOW_FACTOR };
      return mail ? { kind: 'ispSlow', atMs, forMs, ...isp, factor: SLOW_FACTOR } : null;
    case 'throttle':
      return mail ? { kind: 'ispThrottle', atMs, forMs, ...isp, share: THROTTLED_SHARE } : null;
  }
}

/** What forbids a scenario to have one fault more, in words; null where nothing does. */
export function objection(scenario: Scenario, faults: readonly Fault[], fault: Fault): string | null {
  const endless = { ...scenario.run, warmup: 'auto', measureMs: mostMs }; // a run that is looked into has no warm-up, and goes on as long as it is seen
  const [found] = ruleFaults({ ...scenario, run: endless, faults: [...faults, fault] });
  if (found === undefined) return null;
  const other = faults.find((other) => overlap(fault, other));
  return other === undefined ? found.found : `${faultWords(other)} until ${seconds(other.atMs + other.forMs)} s: one at a time`;
}

export function isUnderWay({ atMs, forMs }: Fault, nowMs: number): boolean {
  return atMs <= nowMs && nowMs < atMs + forMs;
}

export const isPodDown = (faults: readonly Fault[], pod: number, nowMs: number): boolean =>
  faults.some((fault) => fault.kind === 'podCrash' && fault.pod === pod && isUnderWay(fault, nowMs));

/** A fault in words: 'yahoo: outage', 'database: 5× as slow', 'pod 3: crashed'. */
export function faultWords(fault: Fault): string {
  return `${subjectWords(fault)}: ${effectWords(fault)}`;
}

/** The same where there is little room: 'yahoo: 421', 'db: down', 'a-very-long…of-isp: 421'. */
export function shortFaultWords(fault: Fault): string {
  return `${shortenedName(subjectWords(fault, 'all ISPs', 'db'), LONGEST_NAME)}: ${SHORT[fault.kind]}`;
}

/** What is so again when a fault has ended. */
export function recoveryWords(fault: Fault): string {
  return `${subjectWords(fault)}: ${AGAIN[fault.kind]}`;
}

/** Columns of a name where there is little room; the table has all of it. */
export const LONGEST_NAME = 20;

const SHORT: Readonly<Record<Fault['kind'], string>> = {
  smtpOutage: 'outage',
  ispSlow: 'slow',
  ispThrottle: '421',
  databaseStall: 'stalled',
  databaseDown: 'down',
  databaseSlow: 'slow',
  podCrash: 'down',
};

const AGAIN: Readonly<Record<Fault['kind'], string>> = {
  smtpOutage: 'up again',
  ispSlow: 'fast again',
  ispThrottle: 'not throttled',
  databaseStall: 'goes on',
  databaseDown: 'up again',
  databaseSlow: 'fast again',
  podCrash: 'up again',
};

function subjectWords(fault: Fault, allIsps = 'all ISPs', database = 'database'): string {
  if (fault.kind === 'podCrash') return `pod ${fault.pod + 1}`;
  if (isOfDatabase(fault)) return database;
  return 'isp' in fault && fault.isp !== undefined ? fault.isp : allIsps;
}

export function isOfDatabase({ kind }: Fault): boolean {
  return kind === 'databaseStall' || kind === 'databaseDown' || kind === 'databaseSlow';
}

/** Whether a fault makes an ISP slower or worse. */
export function isOfIsp(fault: Fault, name: string): boolean {
  if (isOfDatabase(fault) || fault.kind === 'podCrash') return false;
  return !('isp' in fault) || fault.isp === undefined || fault.isp === name;
}

export function isOfOneIsp(fault: Fault, name: string): boolean {
  return 'isp' in fault && fault.isp === name;
}

export function isOfAllIsps(fault: Fault): boolean {
  return !isOfDatabase(fault) && fault.kind !== 'podCrash' && !('isp' in fault && fault.isp !== undefined);
}

/** What a fault does to what it strikes: 'outage', '5× as slow', 'crashed'. */
export function effectWords(fault: Fault): string {
  switch (fault.kind) {
    case 'smtpOutage':
      return 'outage';
    case 'ispSlow':
    case 'databaseSlow':
      return `${fault.factor}× as slow`;
    case 'ispThrottle':
      return `${Number((100 * fault.share).toPrecision(3))}% answered 421`;
    case 'databaseStall':
      return 'stalled';
    case 'databaseDown':
      return 'down';
    case 'podCrash':
      return 'crashed';
  }
}

/** A fault with how long it lasts. */
export function faultStory(fault: Fault): string {
  return `${faultWords(fault)}, ${duration(fault.forMs)}`;
}

/** An instant in s, to the ms: 61.400. */
export function seconds(ms: number): string {
  return grouped(ms / 1000, 3);
}
