import { expect, onTestFinished, test } from 'vitest';
import { begunInside, PAUSE, seek } from './inside.test.data.ts';
import { createInsideSession } from './inside-session.ts';
import { type InsideEvent, type InsideState, reduceInside } from './inside-state.ts';

/** A state that a session of its own follows, with all that the session tells. */
function opened(begun: InsideState) {
  let state = begun;
  const told: InsideEvent[] = [];
  const failures: unknown[] = [];
  const session = createInsideSession(
    (event) => {
      told.push(event);
      happen(event);
    },
    (error) => failures.push(error),
  );
  onTestFinished(session.stop);
  function happen(event: InsideEvent): void {
    state = reduceInside(state, event);
    session.follow(state);
  }
  session.follow(state);
  return {
    session,
    told,
    failures,
    happen,
    replace(next: InsideState): void {
      state = next;
      session.follow(state);
    },
    state: () => state,
    until: (ms: number) => expect.poll(() => state.shown?.atMs).toBe(ms),
  };
}

test('a run plays by the wall clock until it is paused', async () => {
  const { happen, state } = opened(begunInside(['run.measureMs=60000']));
  await expect.poll(() => state().shown?.atMs).toBeGreaterThan(100);
  happen(PAUSE);
  await expect.poll(() => state().pending).toBe(false);
  const { shown } = state();
  happen(seek(1_000));
  await expect.poll(() => state().shown?.atMs).toBe(shown!.atMs + 1_000);
});

test('of several wishes the latest counts, however far the run is on its way to another', async () => {
  const { happen, until, told, state } = opened(begunInside());
  happen(PAUSE);
  await until(0);
  happen(seek(3_600_000)); // takes many seconds
  await expect.poll(() => told.some(({ kind }) => kind === 'progress')).toBe(true);
  expect(state().reachedMs).toBeGreaterThan(0);
  happen(seek(-3_599_000));
  await until(1_000);
  expect(told.filter(({ kind }) => kind === 'snapshot')).toHaveLength(2);
  expect(state().reachedMs).toBeNull();
});

test('another scenario is another thread; what the one before it still says is not told', async () => {
  const { happen, until, replace, state } = opened(begunInside());
  happen(PAUSE);
  happen(seek(500));
  await until(500);
  happen(seek(3_600_000));
  const next = begunInside(['pods.count=2']);
  replace({ ...next, playing: false });
  await until(0);
  expect(state().shown?.busy).toHaveLength(2);
});

test('what goes wrong in the thread is told as a failure', async () => {
  const state = begunInside();
  const { failures } = opened({ ...state, scenario: { ...state.scenario, architecture: 'none' as 'naive' } });
  await expect.poll(() => failures).toHaveLength(1);
});

test('nothing is told or followed after the end, and no thread is left', async () => {
  const { session, happen, until, told, state } = opened(begunInside());
  happen(PAUSE);
  await until(0);
  await session.stop();
  const before = told.length;
  session.follow({ ...state(), playing: true });
  await new Promise((resolve) => setTimeout(resolve, 120)); // two ticks and more
  expect(told).toHaveLength(before);
});
