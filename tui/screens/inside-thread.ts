import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Snapshot } from '../../sim/experiments/inside.ts';
import { createGuide, type InsideRun } from './inside-guide.ts';
import type { Wish } from './inside-state.ts';

/** What the thread tells: how far it has come, and in the end what there is to see. */
export type InsideThreadNews =
  | { readonly kind: 'progress'; readonly wish: number; readonly reachedMs: number }
  | { readonly kind: 'snapshot'; readonly wish: number; readonly snapshot: Snapshot };

const BREATH_MS = 8; // of wall time, after which it looks whether there is another wish
const QUIET_MS = 100; // until it tells how far it has come,
const PROGRESS_MS = 50; // and between two times

/*
 * The thread in which the run of the inside screen lives. The latest wish is the one that counts. Everything is posted by copy: a buffer that
 * was transferred would make V8 check every typed array of the simulation at every access.
 */
const port = parentPort!;
const guide = createGuide(workerData as InsideRun);
let latest: Wish | null = null;
let working = false;

port.on('message', (wish: Wish | null) => {
  latest = wish;
  if (wish === null)
    port.close(); // nothing keeps the thread any more
  else if (!working) void work();
});

async function work(): Promise<void> {
  working = true;
  for (let wish = latest; wish !== null; wish = latest) {
    await fulfil(wish);
    if (latest !== wish) continue;
    tell({ kind: 'snapshot', wish: wish.id, snapshot: guide.read(wish.view) });
    latest = null;
  }
  working = false;
}

/** Takes the run to where it is wished to be, or as far as it gets until there is another wish or the time is up. */
async function fulfil(wish: Wish): Promise<void> {
  const beganMs = performance.now();
  let breathMs = beganMs;
  let toldMs = beganMs + QUIET_MS - PROGRESS_MS;
  guide.begin(wish);
  while (!guide.goOn(wish)) {
    const nowMs = performance.now();
    if (nowMs - beganMs >= wish.budgetMs) return;
    if (nowMs - breathMs < BREATH_MS) continue;
    if (nowMs - toldMs >= PROGRESS_MS) {
      tell({ kind: 'progress', wish: wish.id, reachedMs: guide.atMs() });
      toldMs = nowMs;
    }
    await setImmediate(); // lets messages in
    if (latest !== wish) return;
    breathMs = performance.now();
  }
}

function tell(news: InsideThreadNews): void {
  port.postMessage(news);
}
