import { createHook, executionAsyncResource } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PerformanceObserver } from 'node:perf_hooks';
import pg from 'pg';
import { now } from '../../harness/alarm-thread.ts';
import { type Boundary, COLUMNS, type HookEvent, KINDS, REQUESTED, type Recording, STATEMENTS } from './recording.ts';

/**
 * Loaded into a pod before the service, of which it is no part: records where the event loop enters a callback. async_hooks tells of every
 * callback before it runs; ticks and the service's own async resources are left out, since they run inside the callback around them.
 * Between recordings it does nothing, so that the same process can be measured without it.
 *
 * The harness asks 'start', then 'stop', which is answered with the recording.
 */

/** What libuv's TCP handles are in JavaScript. */
interface Handle {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  getpeername(out: { port?: number }): number;
  [SOCKET]?: { readonly id: number; readonly kind: 'database' | 'smtp' | 'other' };
}

/** What async_hooks calls a resource, as far as it is looked at here. */
interface Resource {
  readonly constructor?: unknown;
  [WITHIN]?: number;
}

const SOCKET = Symbol('socket');
const WITHIN = Symbol('the callback that created it');

const databasePort = Number(new URL(process.env['DATABASE_URL']!).port);
const smtpPorts = new Set((process.env['MAIL_EXCHANGERS'] ?? '').split(',').map((entry) => Number(entry.split(':').at(-1))));
const deadlineMs = Number(process.env['SMTP_TIMEOUT_MS']);

const ROWS = 1 << 18; // 16 MiB: seldom more, so that nothing is allocated while it records
let rows = new Float64Array(0);
let length = 0; // rows
let current = -1; // the callback under way
let sockets = 0;
let recording = false;
let ids: string[] = [];
let collections: [number, number][] = [];

const code = Object.fromEntries(KINDS.map((kind, i) => [kind, i])) as Record<HookEvent['kind'], number>;

function record(kind: number, a = 0, b = 0, c = 0, d = 0): number {
  if ((length + 1) * COLUMNS > rows.length) {
    const longer = new Float64Array(rows.length * 2);
    longer.set(rows);
    rows = longer;
  }
  const at = length++ * COLUMNS;
  rows[at] = kind;
  rows[at + 4] = a;
  rows[at + 5] = b;
  rows[at + 6] = c;
  rows[at + 7] = d;
  return at;
}

function enter(kind: Boundary['kind'], a?: number, b?: number, c?: number, d?: number): void {
  current = length;
  const at = record(code[kind], a, b, c, d);
  // Of the whole process: Linux brings a thread's own CPU time up to date only at a tick of the scheduler.
  const { user, system } = process.cpuUsage();
  rows[at + 1] = now();
  rows[at + 2] = performance.nodeTiming.idleTime;
  rows[at + 3] = (user + system) / 1000;
}

function socketOf(handle: Handle) {
  handle[SOCKET] ??= { id: sockets++, kind: kindOf(handle) };
  return handle[SOCKET];
}

function kindOf(handle: Handle): 'database' | 'smtp' | 'other' {
  const peer: { port?: number } = {};
  handle.getpeername(peer);
  return peer.port === databasePort ? 'database' : smtpPorts.has(peer.port!) ? 'smtp' : 'other';
}

const other = () => enter('other');

/** What is done before a callback, by the name of its resource's class. */
const entrances: Readonly<Record<string, (resource: never, within: number) => void>> = {
  HTTPServerAsyncResource({ socket }: { socket: { _handle: Handle | null } | null }) {
    const handle = socket?._handle;
    if (handle) enter('http', socketOf(handle).id, handle.bytesRead);
    else other();
  },
  TCP(handle: Handle, within) {
    const { kind, id } = socketOf(handle);
    enter(kind, id, handle.bytesRead, handle.bytesWritten, within);
  },
  TCPConnectWrap({ port }: { port: number }, within) {
    enter(smtpPorts.has(port) ? 'connected' : 'other', 0, 0, 0, within);
  },
  QueryReqWrap(_, within) {
    enter('dns', 0, 0, 0, within);
  },
  Timeout({ _idleTimeout }: { _idleTimeout: number }, within) {
    enter(_idleTimeout === deadlineMs ? 'deadline' : 'other', 0, 0, 0, within);
  },
  Immediate(_, within) {
    enter('immediate', 0, 0, 0, within);
    current = within; // what it creates is its creator's
  },
  Pipe: other, // the harness
  Process: other,
  TCPServerWrap: other,
};
const entranceOf = new Map<unknown, ((resource: never, within: number) => void) | undefined>([[Object, undefined]]); // ticks

const created = new Set(['TCPWRAP', 'TCPCONNECTWRAP', 'QUERYWRAP', 'Timeout', 'Immediate']);

const hook = createHook({
  trackPromises: false,
  init(_id, type, _trigger, resource: Resource) {
    if (created.has(type)) resource[WITHIN] = current;
  },
  before() {
    const resource: Resource = executionAsyncResource();
    const kind = resource.constructor as { readonly name: string } | undefined;
    if (!entranceOf.has(kind)) entranceOf.set(kind, entrances[kind?.name ?? '']);
    entranceOf.get(kind)?.(resource as never, resource[WITHIN] ?? -1);
  },
});

// What a callback does is told by Node's HTTP server and by pg; the reply to a statement comes on the connection that it was sent on.
function requested(message: unknown): void {
  const { method, url } = (message as { request: IncomingMessage }).request;
  const what = !url!.startsWith('/api/v1/emails') ? 'operation' : method === 'POST' ? 'send' : 'status';
  record(code.requested, REQUESTED.indexOf(what));
}

function answered(message: unknown): void {
  record(code.answered, (message as { response: ServerResponse }).response.statusCode);
}

const { query } = pg.Client.prototype as unknown as { query(this: pg.Client, statement: pg.QueryConfig, ...rest: unknown[]): unknown };
pg.Client.prototype.query = function (this: pg.Client, statement: pg.QueryConfig, ...rest: unknown[]) {
  const { _handle } = (this as unknown as { connection: { stream: { _handle: Handle | null } } }).connection.stream;
  if (recording && _handle) {
    const what = (STATEMENTS as readonly (string | undefined)[]).indexOf(statement.name);
    record(code.statement, socketOf(_handle).id, what, ids.push(String(statement.values?.[0])) - 1);
  }
  return query.call(this, statement, ...rest);
} as typeof pg.Client.prototype.query;

function collected(entries: readonly { readonly startTime: number; readonly duration: number }[]): void {
  const originMs = now() - performance.now();
  for (const { startTime, duration } of entries) collections.push([originMs + startTime, originMs + startTime + duration]);
}
const observer = new PerformanceObserver((list) => collected(list.getEntries()));

function start(): null {
  if (rows.length === 0) rows = new Float64Array(ROWS * COLUMNS);
  length = 0;
  current = -1;
  ids = [];
  collections = [];
  recording = true;
  subscribe('http.server.request.start', requested);
  subscribe('http.server.response.finish', answered);
  observer.observe({ entryTypes: ['gc'] });
  hook.enable();
  return null;
}

function stop(): Recording {
  hook.disable();
  observer.disconnect();
  unsubscribe('http.server.request.start', requested);
  unsubscribe('http.server.response.finish', answered);
  recording = false;
  return { rows: Array.from(rows.subarray(0, length * COLUMNS)), ids, collections };
}

process.on('message', ({ id, question }: { id?: number; question?: unknown }) => {
  if (id === undefined) return; // the options: a pod has none
  process.send!({ id, answer: question === 'start' ? start() : stop() });
});
