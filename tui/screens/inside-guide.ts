import type { Fault, Scenario } from '../../fixtures/schema.ts';
import { openSession, type Session, type Snapshot, type View } from '../../sim/experiments/inside.ts';
import { SPAN_MS } from '../../sim/metrics/history.ts';
import type { Wish } from './inside-state.ts';

/** Which run is looked into. */
export interface InsideRun {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly ratePerSecond: number;
}

/** Takes a run to where it is wished to be. */
export interface Guide {
  /** Makes the run one that can get there by going on. */
  begin(wish: Wish): void;
  /** Goes a little way; true where the wish is fulfilled. */
  goOn(wish: Wish): boolean;
  atMs(): number;
  read(view: View): Snapshot;
}

/** Finds the way to each wish: forth, or anew from the start, or with other faults, which is another scenario and so another assembly. */
export function createGuide({ scenario, ...run }: InsideRun): Guide {
  let faults: readonly Fault[] = scenario.faults;
  let session: Session = openSession(scenario, run);
  return {
    begin(wish) {
      if (JSON.stringify(wish.faults) !== JSON.stringify(faults)) {
        faults = wish.faults;
        session = openSession({ ...scenario, faults: [...faults] }, run);
      } else if (!wish.step && wish.atMs < session.atMs()) {
        session.restart();
      }
    },
    goOn(wish) {
      if (wish.step) session.step(wish.atMs);
      else if (session.atMs() < wish.atMs) session.advance(Math.min(wish.atMs, (Math.floor(session.atMs() / SPAN_MS) + 1) * SPAN_MS));
      return wish.step || session.atMs() >= wish.atMs;
    },
    atMs: () => session.atMs(),
    read: (view) => session.read(view),
  };
}
