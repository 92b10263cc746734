/** What a pod's event loop does, as the probe inside it sees it. The pod keeps one row of numbers an event; here they get their names. */

/** Where a boundary lies: instants of the machine's monotonic clock and sums since the start of the process, ms. */
export interface Instant {
  readonly atMs: number;
  /** The time that the loop has waited for events. */
  readonly idleMs: number;
  /** The CPU time of the whole process. */
  readonly cpuMs: number;
}

/** The callback during which something was created: its place among the events; −1 where that was before the recording. */
interface Created {
  readonly within: number;
}

/** The loop enters a callback. Sockets are numbers; bytes are those of the socket's whole life, the ones being handed over included. */
export type Boundary = Instant &
  (
    | { readonly kind: 'http'; readonly socket: number; readonly bytesRead: number }
    | { readonly kind: 'database'; readonly socket: number; readonly bytesRead: number }
    | ({ readonly kind: 'smtp'; readonly socket: number; readonly bytesRead: number; readonly bytesWritten: number } & Created)
    | ({ readonly kind: 'connected' | 'dns' | 'deadline' | 'immediate' } & Created)
    | { readonly kind: 'other' }
  );

/** Something that the callback under way does. */
export type Mark =
  /** It has read the head of a request. */
  | { readonly kind: 'requested'; readonly what: (typeof REQUESTED)[number] }
  /** It has written an answer. */
  | { readonly kind: 'answered'; readonly status: number }
  /** It has sent a statement; `id` is the message's. */
  | { readonly kind: 'statement'; readonly socket: number; readonly what: (typeof STATEMENTS)[number]; readonly id: string };

export type HookEvent = Boundary | Mark;

export const REQUESTED = ['send', 'status', 'operation'] as const;
export const STATEMENTS = ['insert', 'update', 'select'] as const;

/** Codes of the kinds of event, in the first column. */
export const KINDS = [
  'http',
  'database',
  'smtp',
  'connected',
  'dns',
  'deadline',
  'immediate',
  'other',
  'requested',
  'answered',
  'statement',
] as const satisfies readonly HookEvent['kind'][];

/** The columns of a row: kind, instant (three), and up to four figures of the kind. */
export const COLUMNS = 8;

/** What the probe hands over. */
export interface Recording {
  /** Row by row. */
  readonly rows: readonly number[];
  /** The ids that statements name by their place here. */
  readonly ids: readonly string[];
  /** Begin and end of each garbage collection, instants of the machine's clock. */
  readonly collections: readonly (readonly [fromMs: number, toMs: number])[];
}

export function readEvents({ rows, ids }: Pick<Recording, 'rows' | 'ids'>): HookEvent[] {
  return Array.from({ length: rows.length / COLUMNS }, (_, i) => readEvent(rows.slice(i * COLUMNS, (i + 1) * COLUMNS), ids));
}

function readEvent([code, atMs, idleMs, cpuMs, a, b, c, d]: readonly number[], ids: readonly string[]): HookEvent {
  const instant = { atMs: atMs!, idleMs: idleMs!, cpuMs: cpuMs! };
  const kind = KINDS[code!]!;
  switch (kind) {
    case 'http':
    case 'database':
      return { ...instant, kind, socket: a!, bytesRead: b! };
    case 'smtp':
      return { ...instant, kind, socket: a!, bytesRead: b!, bytesWritten: c!, within: d! };
    case 'connected':
    case 'dns':
    case 'deadline':
    case 'immediate':
      return { ...instant, kind, within: d! };
    case 'other':
      return { ...instant, kind };
    case 'requested':
      return { kind, what: REQUESTED[a!]! };
    case 'answered':
      return { kind, status: a! };
    case 'statement':
      return { kind, socket: a!, what: STATEMENTS[b!]!, id: ids[c!]! };
  }
}
