import type { Scenario } from '../../fixtures/schema.ts';
import type { Calendar } from '../engine/calendar.ts';
import type { Observer } from '../stations/moments.ts';
import { ABORTED, FAILED, NO_POD, REFUSED, REJECTED, type Requests, STATEMENTS, TIMED_OUT, UNRECORDED } from '../stations/requests.ts';
import { connectionLimit } from './flows.ts';

/** What can go wrong, and with whom: a pod, an ISP, or (null) the service. */
const TROUBLES = {
  full: 'pod', // its last free worker is taken
  queued: 'pod', // a request waits for a worker
  rejected: 'pod', // 503
  aborted: 'pod', // 502
  refused: null, // too many connections at the balancer
  unserved: null, // no pod is up
  loop: 'pod', // a callback has waited long for its turn
  connections: null, // a statement waits for a connection
  statementFailed: null,
  timedOut: 'isp',
  negativeReply: 'isp', // 4xx or 5xx
} as const satisfies Readonly<Record<string, 'pod' | 'isp' | null>>;

export type TroubleKind = keyof typeof TROUBLES;

/** Something worth a line: a trouble that begins, or has ended. */
export interface Trouble {
  readonly atMs: number;
  readonly kind: TroubleKind;
  /** Which pod or ISP; null where it is neither. */
  readonly subject: number | null;
  /** How often it happened, from when to when, where it has ended; null where it begins. */
  readonly ended: { readonly times: number; readonly fromMs: number; readonly toMs: number } | null;
}

const QUIET_MS = 2_000; // a trouble that has not happened for so long has ended: the next one begins anew
const LONG_MS = 100; // that a callback waits
const MOST = 500; // lines that are kept: the latest

/** Watches for what goes wrong, and keeps a log: a line when a trouble begins, and one when it has ended after it happened more than once. */
export function watchTroubles({ clock, capacity, state }: Calendar, requests: Requests, scenario: Scenario) {
  const { pod, isp, outcome, statement } = requests;
  const { pods, smtp, database } = scenario;
  const kinds = Object.keys(TROUBLES) as TroubleKind[];
  const subjects = { pod: pods.count, isp: smtp.isps.length };
  const counts = kinds.map((kind) => (TROUBLES[kind] === null ? 1 : subjects[TROUBLES[kind]]));
  const offsets = Object.fromEntries(kinds.map((kind, i) => [kind, counts.slice(0, i).reduce((sum, n) => sum + n, 0)])) as Record<
    TroubleKind,
    number
  >;
  const total = counts.reduce((sum, n) => sum + n, 0);
  const times = state(new Int32Array(total)); // since it began; 0 where there is no trouble
  const beganMs = new Float64Array(total);
  const latestMs = new Float64Array(total);
  const under = new Set<number>(); // way: the troubles that have not ended
  const log: Trouble[] = [];
  const readyMs = new Float64Array(capacity); // when a request's present callback was
  const busy = state(new Int32Array(pods.count)); // workers,
  const connected = state(new Int32Array(pods.count)); // and connections
  const connections = state(new Int32Array(1)); // of all pods
  const limit = connectionLimit(scenario);

  function happen(kind: TroubleKind, subject: number): void {
    const i = offsets[kind] + subject;
    if (times[i]!++ === 0) {
      beganMs[i] = clock[0];
      under.add(i);
      write({ atMs: clock[0], kind, subject: subjectOf(kind, subject), ended: null });
    }
    latestMs[i] = clock[0];
  }

  function subjectOf(kind: TroubleKind, subject: number): number | null {
    return TROUBLES[kind] === null ? null : subject;
  }

  function write(trouble: Trouble): void {
    log.push(trouble);
    if (log.length > MOST) log.shift();
  }

  const observer: Observer = {
    admitted: (request) => {
      const p = pod[request]!;
      if (++busy[p]! === pods.workers) happen('full', p);
    },
    released: (request) => {
      busy[pod[request]!]!--;
    },
    queued: (request) => happen('queued', pod[request]!),
    callbackReady: (request) => {
      readyMs[request] = clock[0];
    },
    callbackBegan: (request) => {
      if (clock[0] - readyMs[request]! >= LONG_MS) happen('loop', pod[request]!);
    },
    queryAsked: (request) => {
      if (connections[0] === limit || connected[pod[request]!] === database.connectionsPerPod) happen('connections', 0);
    },
    queryBegun: (request) => {
      connections[0]!++;
      connected[pod[request]!]!++;
    },
    queryEnded: (request) => {
      connections[0]!--;
      connected[pod[request]!]!--;
    },
    deliveryEnded: (email) => {
      if (outcome[email] === TIMED_OUT) happen('timedOut', isp[email]!);
      if (outcome[email] === FAILED) happen('negativeReply', isp[email]!);
    },
    departed: (request) => {
      const how = outcome[request]!;
      if (how === REJECTED) happen('rejected', pod[request]!);
      if (how === ABORTED) pod[request] === NO_POD ? happen('unserved', 0) : happen('aborted', pod[request]!);
      if (how === REFUSED) happen('refused', 0);
      if (how === UNRECORDED || (how === FAILED && STATEMENTS[statement[request]!] !== 'update')) happen('statementFailed', 0);
    },
  };

  /** Writes down which troubles have ended. To be called at instants that do not depend on who looks. */
  function settle(): void {
    for (const i of under) {
      if (clock[0] - latestMs[i]! < QUIET_MS) continue;
      under.delete(i);
      const kind = kinds.findLast((kind) => offsets[kind] <= i)!;
      const ended = { times: times[i]!, fromMs: beganMs[i]!, toMs: latestMs[i]! };
      if (times[i]! > 1 && kind !== 'full') write({ atMs: clock[0], kind, subject: subjectOf(kind, i - offsets[kind]), ended });
      times[i] = 0;
    }
  }

  function restart(): void {
    under.clear();
    log.length = 0;
  }

  return { observer, settle, restart, log: (): readonly Trouble[] => log };
}
