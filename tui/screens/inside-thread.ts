import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Fault, Scenario } from '../../fixtures/schema.ts';
import { openSession, type Session, type Snapshot } from '../../sim/experiments/inside.ts';
import { SPAN_MS } from '../../sim/metrics/history.ts';
import type { Wish } from './inside-state.ts';

/** What the thread is started with. */
export interface InsideThreadData {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly ratePerSecond: number;
}

/** What it tells: how far it has come, and in the end what there is to see. */
export type InsideThreadNews =
  | { readonly kind: 'progress'; readonly wish: number; readonly reachedMs: number }
  | { readonly kind: 'snapshot'; readonly wish: number; readonly snapshot: Snapshot };

const BREATH_MS = 8; // of wall time, after which it looks whether there is another wish
const QUIET_MS = 100; // until it tells how far it has come,
const PROGRESS_MS = 50; // and between two times

/*
 * The thread in which the run of the inside screen lives. A wish says what is to be seen; this finds the way there: forth, or anew from the
 * start, or with other faults. The latest wish is the one that counts. Everything is posted by copy: a buffer that was transferred would
 * make V8 check every typed array of the simulation at every access.
 */
const port = parentPort!;
const { scenario, ...run } = workerData as InsideThreadData;
let faults: readonly Fault[] = scenario.faults;
let session: Session = openSession(scenario, run);
let latest: Wish | null = null;
let working = false;

port.on('message', (wish: Wish) => {
  latest = wish;
  if (!working) void work();
});

async function work(): Promise<void> {
  working = true;
  for (let wish = latest; wish !== null; wish = latest) {
    const there = await fulfil(wish);
    if (latest !== wish) continue;
    if (there) port.postMessage({ kind: 'snapshot', wish: wish.id, snapshot: session.read(wish.view) } satisfies InsideThreadNews);
    latest = null;
  }
  working = false;
}

/** Takes the run to where it is wished to be; false where another wish came in between. */
async function fulfil(wish: Wish): Promise<boolean> {
  prepare(wish);
  if (wish.step) {
    session.step(wish.atMs);
    return true;
  }
  const beganMs = performance.now();
  let breathMs = beganMs;
  let toldMs = beganMs + QUIET_MS - PROGRESS_MS;
  while (session.atMs() < wish.atMs) {
    session.advance(Math.min(wish.atMs, (Math.floor(session.atMs() / SPAN_MS) + 1) * SPAN_MS));
    const nowMs = performance.now();
    if (nowMs - beganMs >= wish.budgetMs) return true;
    if (nowMs - breathMs < BREATH_MS) continue;
    if (nowMs - toldMs >= PROGRESS_MS && wish.budgetMs === Number.POSITIVE_INFINITY) {
      port.postMessage({ kind: 'progress', wish: wish.id, reachedMs: session.atMs() } satisfies InsideThreadNews);
      toldMs = nowMs;
    }
    await setImmediate(); // lets messages in
    breathMs = performance.now();
    if (latest !== wish) return false;
  }
  return true;
}

/** A run with these faults that is not beyond the instant. */
function prepare({ faults: wished, atMs, step }: Wish): void {
  if (JSON.stringify(wished) !== JSON.stringify(faults)) {
    faults = wished;
    session = openSession({ ...scenario, faults: [...wished] }, run);
  } else if (!step && atMs < session.atMs()) {
    session.restart();
  }
}
