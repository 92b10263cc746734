import type { Scenario } from '../../fixtures/schema.ts';
import { startRunner } from '../../sim/experiments/runner.ts';
import { type Plan, sweep } from '../../sim/experiments/sweep.ts';
import { openScreen } from '../terminal/ink-screen.ts';
import { drawSweep } from './draw-sweep.ts';
import { actionOf } from './sweep-keys.ts';
import { beginSweep, reduceSweep, type SweepEvent } from './sweep-state.ts';

export interface SweepScreenOptions {
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** Worker threads that simulate. */
  readonly threads: number;
  /** Of mailsim. */
  readonly version: string;
}

/**
 * Makes a sweep and shows it as it comes, until `q` or Ctrl-C. Needs a terminal, and loads Ink: import it only where there is one. When the
 * promise settles the terminal is as before and no thread is left; it rejects where the sweep failed.
 */
export async function openSweepScreen({ scenario, plan, threads, version }: SweepScreenOptions): Promise<void> {
  const startMs = performance.now();
  const elapsedMs = () => performance.now() - startMs;
  const runner = startRunner(scenario, threads);
  try {
    let state = beginSweep({ version, scenario, plan });
    const screen = openScreen({
      draw: (width, height) => drawSweep(state, width, height),
      press(key) {
        const action = actionOf(key);
        if (action === 'quit') screen.close();
        else if (action !== null) state = reduceSweep(state, action);
      },
    });
    const tell = (event: SweepEvent) => {
      state = reduceSweep(state, event);
      screen.refresh();
    };
    sweep(runner, scenario, plan, {
      progress(news) {
        if ('planned' in news) tell({ kind: 'planned', runs: news.planned });
        else if ('finished' in news) tell({ kind: 'finished', events: news.events, elapsedMs: elapsedMs() });
      },
      point: (point) => tell({ kind: 'point', point }),
    })
      .then(({ knee, complete }) => tell({ kind: 'ended', knee, complete, elapsedMs: elapsedMs() }))
      .catch(screen.close);
    await screen.closed;
  } finally {
    await runner.stop();
  }
}
