import { loadScenario } from '../../fixtures/scenario.ts';
import type { Snapshot } from '../../sim/experiments/inside.ts';
import { createGuide } from './inside-guide.ts';
import { beginInside, type InsideEvent, type InsideState, reduceInside, type Wish } from './inside-state.ts';

// Costs that are no measurement, so that a new one changes no frame.
const callbacks = Object.fromEntries(
  ['request', 'body', 'insertReply', 'ehloReply', 'smtpReply', 'updateReply', 'query', 'selectReply'].map((name) => [
    name,
    { kind: 'constant', valueMs: 0.25 },
  ]),
);
export const EVENT_LOOP = `pods.eventLoop=${JSON.stringify({ callbacks })}`;

/** A run at 900 requests/s that is looked into, at its very beginning. */
export function begunInside(set: readonly string[] = [], ratePerSecond = 900): InsideState {
  return beginInside({ version: '0.1.0', scenario: loadScenario({ set: [EVENT_LOOP, ...set] }), seed: 42, ratePerSecond });
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
    // Where wall time sets a limit, a second of model time does here: at full speed a run never ends by itself.
    const lastMs = wish.budgetMs === Number.POSITIVE_INFINITY ? wish.atMs : guide.atMs() + 1_000;
    while (!guide.goOn(wish) && guide.atMs() < lastMs) {}
    return guide.read(wish.view);
  }
  // Where the state has been played before, the run is taken there as well.
  if (state.shown !== null) fulfilled({ ...state.wish, atMs: state.shown.atMs, step: false, budgetMs: Number.POSITIVE_INFINITY });
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
