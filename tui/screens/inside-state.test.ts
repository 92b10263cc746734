import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../fixtures/scenario.ts';
import type { Fault } from '../../fixtures/schema.ts';
import { openSession } from '../../sim/experiments/inside.ts';
import { begunInside, choose, EVENT_LOOP, inOutage, PAUSE, play, seek } from './inside.test.data.ts';
import { type InsideEvent, type InsideState, injectedFaults, nowMs, reduceInside, restartInside, SPEEDS } from './inside-state.ts';

const quick = ['run.measureMs=5000'];
const strike = (strike: 'outage' | 'slow' | 'throttle' | 'stall' | 'crash'): InsideEvent => ({ kind: 'strike', strike });
const tick = (elapsedMs: number): InsideEvent => ({ kind: 'tick', elapsedMs });
const speed = (by: number): InsideEvent => ({ kind: 'speed', by });
const does = (...kinds: ('play' | 'step' | 'start' | 'rewind' | 'undo' | 'redo' | 'nextGroup')[]): InsideEvent[] =>
  kinds.map((kind) => ({ kind }));
const outage: Fault = { kind: 'smtpOutage', atMs: 1_000, forMs: 30_000, isp: 'yahoo' };
/** One second in, yahoo is struck, and another second goes by. */
const struck = () => {
  const go = play(begunInside(quick));
  go(PAUSE, seek(1_000), choose(2), strike('outage'), seek(1_000));
  return go;
};

describe('time', () => {
  test('plays as fast as the wall clock, times the speed', () => {
    const go = play(begunInside(quick));
    expect(nowMs(go())).toBe(0);
    expect(nowMs(go(tick(50)))).toBe(50);
    expect(nowMs(go(speed(1), tick(50)))).toBe(150);
    expect(nowMs(go(speed(-9), tick(50)))).toBe(155);
    expect(nowMs(go(PAUSE, tick(50)))).toBe(155);
  });

  test('a machine that was away does not make the run jump', () => {
    expect(nowMs(play(begunInside(quick))(tick(60_000)))).toBe(250);
  });

  test('no frame is asked for while one is to come, and what comes of an older wish is left out', () => {
    const go = play(begunInside(quick));
    const asked = reduceInside(go(), tick(50));
    expect(asked.pending).toBe(true);
    expect(reduceInside(asked, tick(50))).toBe(asked);
    expect(reduceInside(asked, { kind: 'snapshot', wish: asked.wish.id - 1, snapshot: go().shown! })).toBe(asked);
    expect(reduceInside(asked, { kind: 'progress', wish: asked.wish.id - 1, reachedMs: 1 })).toBe(asked);
    expect(reduceInside(asked, { kind: 'progress', wish: asked.wish.id, reachedMs: 7 }).reachedMs).toBe(7);
  });

  test('stops at the end of the measurement interval, and goes on from there if told to', () => {
    const go = play(begunInside(quick));
    go(...SPEEDS.map(() => speed(1)));
    const atEnd = go(...Array.from({ length: 9 }, () => tick(50))); // a second each
    expect(SPEEDS[atEnd.speed]).toBe(Number.POSITIVE_INFINITY);
    expect([nowMs(atEnd), atEnd.playing]).toEqual([5_000, false]);
    expect(nowMs(go(speed(-7), PAUSE, tick(50)))).toBeGreaterThan(5_000);
    expect(go().playing).toBe(true);
  });

  test('is moved by hand, never before the start; the start pauses', () => {
    const go = play(begunInside(quick));
    expect(nowMs(go(seek(1_000), seek(-100)))).toBe(900);
    expect(nowMs(go(seek(-1_000)))).toBe(0);
    expect(nowMs(go(seek(500), ...does('start')))).toBe(0);
    expect(go().playing).toBe(false);
  });

  test('moves add up while the first is still to come', () => {
    const asked = reduceInside(reduceInside(play(begunInside(quick))(), seek(1_000)), seek(1_000));
    expect(asked.wish.atMs).toBe(2_000);
  });

  test('steps are single events, and pause; those that come too fast wait for each other', () => {
    const go = play(begunInside(quick));
    const { events } = go(seek(1_000)).shown!;
    const stepped = go(...does('step', 'step'));
    expect(stepped.shown?.events).toBe(events + 2);
    expect(stepped.playing).toBe(false);
    const hasty = [...does('step', 'step', 'step')].reduce(reduceInside, go());
    expect([hasty.pending, hasty.owedSteps]).toEqual([true, 2]);
  });

  test('a dot of the figures is 100 ms at real time, 10 ms at a tenth of it, and never above a second', () => {
    const dotMs = (by: number) => play(begunInside(quick))(PAUSE, seek(2_000), speed(by)).shown?.dots.dotMs;
    expect([dotMs(0), dotMs(-9), dotMs(2), dotMs(9)]).toEqual([100, 10, 500, 1_000]);
  });
});

describe('faults', () => {
  test('are injected at the next whole ms: what was seen stays as it was', () => {
    const go = play(begunInside(quick));
    go(PAUSE, seek(1_000), ...does('step'));
    const at = nowMs(go());
    const state = go(choose(1), strike('slow'));
    expect(injectedFaults(state)).toEqual([{ kind: 'ispSlow', atMs: Math.ceil(at), forMs: 30_000, isp: 'gmail', factor: 5 }]);
    expect(nowMs(state)).toBe(Math.ceil(at));
  });

  test.each<[number, Parameters<typeof strike>[0], Partial<Fault> | null]>([
    [0, 'outage', { kind: 'smtpOutage' }],
    [4, 'throttle', { kind: 'ispThrottle', isp: 'corporate', share: 0.5 }],
    [5, 'outage', { kind: 'databaseDown' }],
    [5, 'slow', { kind: 'databaseSlow', factor: 5 }],
    [0, 'stall', { kind: 'databaseStall' }],
    [8, 'crash', { kind: 'podCrash', pod: 2 }],
    [5, 'throttle', null],
    [6, 'outage', null],
    [0, 'crash', null],
  ])('target %i, %s', (target, what, expected) => {
    const state = play(begunInside(quick))(PAUSE, seek(100), choose(target), strike(what));
    expect(injectedFaults(state)).toEqual(expected === null ? [] : [expect.objectContaining({ atMs: 100, ...expected })]);
    expect(state.message === null).toBe(expected !== null);
    if (expected !== null && !('isp' in expected)) expect(injectedFaults(state)[0]).not.toHaveProperty('isp');
  });

  test('that the scenario language forbids are refused, with the reason', () => {
    const go = struck();
    const before = go();
    const state = go(strike('outage'));
    expect(state.message).toBe('yahoo: outage until 31.000 s: one at a time');
    expect(state.wish).toBe(before.wish);
    expect(go(seek(1)).message).toBeNull();
  });

  test('a refusal names the fault that is in the way, and takes nothing from what can be put back', () => {
    const go = play(begunInside(quick));
    go(PAUSE, seek(1_000), choose(6), strike('crash'), seek(1_000), choose(1), strike('crash'), seek(1_000));
    const removed = go(choose(1), strike('crash'), ...does('undo')).removed;
    expect(removed).toHaveLength(1);
    const refused = go(seek(500), choose(-1), strike('crash'));
    expect(refused.message).toBe('pod 2: crashed until 12.000 s: one at a time');
    expect(refused.removed).toEqual(removed);
  });

  test('cannot be injected before there is a run', () => {
    expect(reduceInside(begunInside(quick), strike('outage')).message).toBe('The run is only starting');
  });

  test('what is seen is what the scenario with that fault in its file gives', () => {
    const session = openSession(loadScenario({ set: [EVENT_LOOP, ...quick, `faults=${JSON.stringify([outage])}`] }), {
      seed: 42,
      ratePerSecond: 900,
    });
    session.advance(2_000);
    const state = struck()();
    expect(state.shown).toEqual(session.read(state.wish.view));
  });

  test('rewind goes to the instant before the latest fault that has begun, and pauses there', () => {
    const go = struck();
    go(PAUSE, choose(1), strike('outage'), seek(500));
    expect(go(...does('rewind'))).toMatchObject({ playing: false, shown: { atMs: 1_999 } });
    expect(go(...does('rewind')).shown?.atMs).toBe(999);
    expect(go(...does('rewind')).message).toBe('No fault has begun yet');
    expect(go().wish.faults).toHaveLength(2);
  });

  test('rewind and going on shows the same again', () => {
    const go = struck();
    const before = go().shown;
    expect(go(...does('rewind'), seek(1_001)).shown).toEqual(before);
  });

  test('undo takes the fault away and goes to before it; redo puts it back', () => {
    const go = struck();
    const before = go().shown;
    const undone = go(...does('undo'));
    expect([undone.wish.faults, nowMs(undone)]).toEqual([[], 999]);
    const bare = play(begunInside(quick))(PAUSE, seek(2_000), choose(2));
    expect(go(seek(1_001)).shown).toEqual(bare.shown);
    const redone = go(...does('redo'));
    expect([redone.wish.faults, nowMs(redone)]).toEqual([[outage], 1_000]);
    expect(go(seek(1_000)).shown).toEqual(before);
    expect(go(...does('undo', 'undo')).message).toBe('No fault was injected');
    expect(go(strike('outage'), ...does('redo')).message).toBe('No fault was removed');
  });

  test('the scenario’s own faults can be rewound to, not removed', () => {
    const go = play(begunInside([...quick, `faults=${JSON.stringify([outage])}`]));
    go(PAUSE, seek(3_000));
    expect(go(...does('undo')).message).toBe('No fault was injected');
    expect(nowMs(go(...does('rewind')))).toBe(999);
  });
});

describe('targets', () => {
  test('are all ISPs, each ISP, the database and each pod; tab goes from group to group', () => {
    const go = play(begunInside(quick));
    expect(go().targets.map(({ kind }) => kind)).toEqual([
      'isps',
      'isp',
      'isp',
      'isp',
      'isp',
      'database',
      'pod',
      'pod',
      'pod',
      'pod',
      'pod',
    ]);
    const groups = [go(...does('nextGroup')), go(...does('nextGroup')), go(...does('nextGroup'))];
    expect(groups.map(({ target }) => target)).toEqual([5, 6, 0]);
    expect(go(choose(-3)).target).toBe(0);
    expect(go(choose(99)).target).toBe(10);
  });

  test('of many pods the workers of a hundred around the chosen one are looked at', () => {
    const go = play(begunInside([...quick, 'pods.count=300', 'pods.workers=3'], 300));
    expect(go(PAUSE, seek(100)).shown).toMatchObject({ fromPod: 0 });
    expect(go().shown?.workers?.places).toHaveLength(100 * 3);
    expect(go(choose(6 + 149)).shown).toMatchObject({ fromPod: 99, atMs: 100 });
    expect(go(choose(999)).shown).toMatchObject({ fromPod: 200 });
  });
});

describe('other parameters', () => {
  const given = (state: InsideState, set: readonly string[]) => ({
    ...state,
    scenario: loadScenario({ set: [EVENT_LOOP, ...quick, ...set] }),
  });

  test('show the same instant of the same story', () => {
    const before = struck()();
    const after = restartInside(before, given(before, ['pods.workers=100']));
    expect(after.wish).toMatchObject({ faults: [outage], atMs: 2_000 });
    expect(after.wish.id).toBeGreaterThan(before.wish.id);
    expect(injectedFaults(after)).toEqual([outage]);
    expect(play(after)().shown?.byPlace.reduce((sum, n) => sum + n, 0)).toBe(500);
  });

  test('faults that are no longer possible are left out', () => {
    const go = struck();
    const before = go(choose(99), strike('crash'));
    const after = restartInside(before, given(before, ['pods.count=2']));
    expect(injectedFaults(after)).toEqual([outage]);
    expect(after.message).toBe('left out: pod 5: crashed');
    expect(after.removed).toHaveLength(1); // to be put back where it is possible again
    expect(after.target).toBe(0); // there is no pod 5 to strike
  });

  test('the target stays', () => {
    const before = struck()();
    expect(before.target).toBe(2);
    expect(restartInside(before, given(before, ['pods.count=2'])).target).toBe(2);
  });
});

test('a state is never changed', () => {
  const state = inOutage(['run.measureMs=70000']);
  const before = structuredClone(state);
  for (const event of [
    tick(50),
    seek(1),
    speed(1),
    choose(1),
    strike('stall'),
    ...does('play', 'step', 'start', 'rewind', 'undo', 'redo', 'nextGroup'),
  ])
    reduceInside(state, event);
  expect(state).toEqual(before);
});
