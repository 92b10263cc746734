import { loadScenario } from '../../fixtures/scenario.ts';
import type { Snapshot } from '../../sim/experiments/inside.ts';
import { createGuide } from './inside-guide.ts';
import { beginInside, type InsideEvent, type InsideState, reduceInside, type Wish } from './inside-state.ts';

/** A run at 900 requests/s that is looked into, at its very beginning. */
export function begunInside(set: readonly string[] = [], ratePerSecond = 900): InsideState {
  return beginInside({ version: '0.1.0', scenario: loadScenario({ set }), seed: 42, ratePerSecond });
}

/** Plays on a state: what is wished for is there at once. Returns what makes further events happen and gives the state after them. */
export function play(begun: InsideState): (...events: readonly InsideEvent[]) => InsideState {
  const guide = createGuide(begun);
  let state = begun;
  const settle = () => {
    while (state.pending) state = reduceInside(state, { kind: 'snapshot', wish: state.wish.id, snapshot: fulfilled(state.wish) });
  };
  function fulfilled(wish: Wish): Snapshot {
    guide.begin(wish);
    while (!guide.goOn(wish)) {}
    return guide.read(wish.view);
  }
  // Where the state has been played before, the run is taken there as well.
  if (state.shown !== null) fulfilled({ ...state.wish, atMs: state.shown.atMs, step: false });
  settle();
  return (...events) => {
    for (const event of events) {
      state = reduceInside(state, event);
      settle();
    }
    return state;
  };
}

export const seek = (byMs: number): InsideEvent => ({ kind: 'seek', byMs });
export const choose = (by: number): InsideEvent => ({ kind: 'choose', by });
export const PAUSE: InsideEvent = { kind: 'play' };

/** Yahoo has been down for 0.8 s of model time. */
export function inOutage(set: readonly string[] = []): InsideState {
  return play(begunInside(set))(PAUSE, seek(60_600), choose(2), { kind: 'strike', strike: 'outage' }, seek(800));
}
