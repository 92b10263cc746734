import type { Scenario } from '../../../fixtures/schema.ts';
import type { Boundary, HookEvent, Mark, Recording } from './recording.ts';

/** The callbacks that a request passes through in a pod, in the order of a send's life, then a status query's, named as the simulator has them. */
export const CALLBACKS = [
  'request',
  'reject',
  'body',
  'mxReply',
  'insertReply',
  'connected',
  'greeting',
  'ehloReply',
  'dataReply',
  'smtpReply',
  'deadline',
  'updateReply',
  'query',
  'selectReply',
] as const satisfies readonly (keyof NonNullable<Scenario['pods']['eventLoop']>['callbacks'])[];
export type CallbackName = (typeof CALLBACKS)[number];

/**
 * What the loop is found doing. A head of a request is one callback with what follows it at once: the body of a send, the SELECT of a status
 * query, a 503; `fit.ts` takes them apart. `operation`: health and metrics. `other`: connections that come, the harness. `unknown`: what the
 * rules do not explain.
 */
export type Found =
  | Exclude<CallbackName, 'request' | 'reject' | 'body' | 'query'>
  | 'send'
  | 'status'
  | 'rejected'
  | 'operation'
  | 'other'
  | 'unknown';

/** One I/O readiness, with the ticks, microtasks and immediates that follow from it. */
export interface Callback {
  readonly name: Found;
  /** When the loop entered it; and left the last of it, later immediates included. Instants of the machine's clock. */
  readonly atMs: number;
  readonly endMs: number;
  /** The loop's active time, without garbage collections and without what other processes took. */
  readonly costMs: number;
  /** That of each garbage collection in it; and the time in which no thread of the process ran, because others had the CPU. */
  readonly collectionsMs: readonly number[];
  readonly offCpuMs: number;
  /** The cost of its first span: of a send that of the head, until the body is handed over. */
  readonly firstMs: number;
  /** The loop was waiting when it became ready. */
  readonly woke: boolean;
  /** How many times the loop was woken for it: 1, or more where its bytes came in several pieces. */
  readonly pieces: number;
  /** Iterations of immediates that it needed beyond its own, with something else in between. */
  readonly interrupted: number;
  /** The callback that sent what it answers: its place among the callbacks; −1: none. */
  readonly parent: number;
  /** Of the reply to an INSERT: the message's id. */
  readonly messageId: string | null;
}

const OFF_CPU_MS = 0.05; // less may be the difference of two clocks

/** The replies of a mail server, each after a write of the pod's. */
const DIALOGUE = ['greeting', 'ehloReply', 'dataReply', 'smtpReply'] as const;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const NONE: readonly number[] = [];

/** Bytes that a socket hands over. */
type Bytes = Boundary & { readonly kind: 'http' | 'database' | 'smtp' };
type Statement = Mark & { readonly kind: 'statement' };
type Entered = Pick<Callback, 'atMs' | 'woke'>;
type Draft = { -readonly [Key in keyof Callback]: Callback[Key] };

/**
 * The callbacks, in the order in which they became ready, and which of them each span of the loop's active time belongs to. A span lasts
 * from a boundary to the next; what the loop waits in it comes at its end. Immediates and whatever else a callback leaves behind belong to it; so does the end of a socket.
 */
export function attribute(events: readonly HookEvent[], collections: Recording['collections']): readonly Callback[] {
  const callbacks: Draft[] = [];
  const callbackOf: number[] = []; // by event
  const sockets = new Map<number, { event: Bytes; callback: number }>(); // what was read last
  const statements = new Map<number, { mark: Statement; callback: number }>(); // under way, by their connection's socket
  const phases = new Map<number, number>(); // of SMTP connections
  const answers: number[][] = []; // MX replies that one iteration hands over one after the other
  const senders = new Set<number>(); // of an INSERT
  let before: (Boundary & { index: number }) | null = null;

  const begin = (name: Found, { atMs, woke }: Entered, parent = -1): number =>
    callbacks.push({
      name,
      atMs,
      endMs: atMs,
      costMs: 0,
      firstMs: 0,
      collectionsMs: NONE,
      offCpuMs: 0,
      woke,
      pieces: 1,
      interrupted: 0,
      parent,
      messageId: null,
    }) - 1;

  /** Charges the span between two boundaries to the callback of the first. */
  function charge(from: Boundary & { index: number }, to: Boundary): void {
    const wallMs = to.atMs - from.atMs - (to.idleMs - from.idleMs);
    const endMs = from.atMs + wallMs;
    const collected = collections
      .map(([begunMs, endedMs]) => Math.min(endedMs, endMs) - Math.max(begunMs, from.atMs))
      .filter((overlapMs) => overlapMs > 0);
    // A collection's own threads may run while the loop waits for them: that is no time off the CPU.
    const awayMs = wallMs - (to.cpuMs - from.cpuMs);
    const lostMs = awayMs > OFF_CPU_MS ? awayMs : 0;
    const collectedMs = sum(collected);
    const keptShare = Math.max(0, 1 - lostMs / collectedMs); // a span is hardly longer than a collection in it
    const callback = callbacks[callbackOf[from.index]!]!;
    callback.offCpuMs += lostMs;
    if (collected.length > 0) callback.collectionsMs = [...callback.collectionsMs, ...collected.map((ms) => ms * keptShare)];
    callback.costMs += wallMs - Math.max(lostMs, collectedMs);
    callback.endMs = endMs;
    if (callback.firstMs === 0) callback.firstMs = callback.costMs;
  }

  function enter(event: Boundary, index: number, woke: boolean): number {
    const entered = { atMs: event.atMs, woke };
    const parent = 'within' in event ? (callbackOf[event.within] ?? -1) : -1;
    switch (event.kind) {
      case 'immediate':
        return parent === -1 ? begin('unknown', entered) : resume(parent);
      case 'connected':
      case 'deadline':
        return begin(event.kind, entered, parent);
      case 'dns': {
        const callback = begin('mxReply', entered, parent);
        if (before?.kind === 'dns' && !woke) answers.at(-1)!.push(callback);
        else answers.push([callback]);
        return callback;
      }
      case 'other':
        return begin('other', entered);
      default:
        return read(event, index, entered, parent);
    }
  }

  function resume(callback: number): number {
    if (callbackOf.at(-1) !== callback) callbacks[callback]!.interrupted++;
    return callback;
  }

  /** Bytes on a socket, or its end. */
  function read(event: Bytes, index: number, entered: Entered, created: number): number {
    const last = sockets.get(event.socket);
    if (last?.event.bytesRead === event.bytesRead) return last.callback; // the parser's next step, or the end of the socket
    const callback = last !== undefined && isMore(event, index, last.event) ? last.callback : beginRead(event, entered, created);
    if (callback === last?.callback) callbacks[callback]!.pieces++;
    sockets.set(event.socket, { event, callback });
    return callback;
  }

  /** Whether bytes continue those before: on a connection of the balancer's when no head is in them, on one to a mail server when nothing was written. */
  function isMore(event: Bytes, index: number, last: Bytes): boolean {
    if (event.kind === 'http') return events[index + 1]?.kind !== 'requested';
    return event.kind === 'smtp' && last.kind === 'smtp' && event.bytesWritten === last.bytesWritten;
  }

  function beginRead({ kind, socket }: Bytes, entered: Entered, created: number): number {
    if (kind === 'http') return begin('unknown', entered); // the mark that follows tells its name
    if (kind === 'smtp') {
      const phase = phases.get(socket) ?? 0;
      phases.set(socket, phase + 1);
      return begin(DIALOGUE[phase] ?? 'unknown', entered, created);
    }
    const sent = statements.get(socket);
    statements.delete(socket);
    if (sent === undefined) return begin('unknown', entered);
    const callback = begin(`${sent.mark.what}Reply`, entered, sent.callback);
    if (sent.mark.what === 'insert') callbacks[callback]!.messageId = sent.mark.id;
    return callback;
  }

  function mark(event: Mark): void {
    const within = callbackOf.at(-1)!;
    const callback = callbacks[within]!;
    switch (event.kind) {
      case 'requested':
        callback.name = event.what;
        return;
      case 'answered':
        if (event.status === 503 && (callback.name === 'send' || callback.name === 'status')) callback.name = 'rejected';
        return;
      case 'statement':
        statements.set(event.socket, { mark: event, callback: event.what === 'insert' ? senderOfInsert(within) : within });
    }
  }

  /** Of MX replies handed over together the first sends first. */
  function senderOfInsert(within: number): number {
    const sender = before?.kind === 'dns' ? answers.at(-1)!.find((callback) => !senders.has(callback)) : undefined;
    senders.add(sender ?? within);
    return sender ?? within;
  }

  /** Node runs what follows from such MX replies after the last of them: each has an equal part in it. */
  function share(together: readonly number[]): void {
    const all = together.map((callback) => callbacks[callback]!);
    const costMs = sum(all.map((callback) => callback.costMs)) / all.length;
    for (const callback of all) Object.assign(callback, { costMs, firstMs: costMs, endMs: all.at(-1)!.endMs });
  }

  events.forEach((event, index) => {
    if (!('atMs' in event)) {
      if (before !== null) mark(event);
      callbackOf.push(callbackOf.at(-1) ?? -1);
      return;
    }
    if (before !== null) charge(before, event);
    callbackOf.push(enter(event, index, before !== null && event.idleMs > before.idleMs));
    before = { ...event, index };
  });
  answers.forEach(share);
  return callbacks;
}
