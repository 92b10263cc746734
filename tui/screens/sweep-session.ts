import { type Runner, startRunner } from '../../sim/experiments/runner.ts';
import { sweep } from '../../sim/experiments/sweep.ts';
import { haveSameRuns, type Subject, type SweepEvent, type SweepState } from './sweep-state.ts';

/** Makes the sweep that a screen shows, in threads of its own. */
export interface SweepSession {
  /** Makes the threads do what the state says: called after each change of it. */
  follow(state: SweepState): void;
  stop(): Promise<void>;
}

/** `tell` hears of what is found out, `fail` of what goes wrong. */
export function createSweepSession(threads: number, tell: (event: SweepEvent) => void, fail: (error: unknown) => void): SweepSession {
  let subject: Subject | null = null;
  let runner: Runner | null = null;

  function start(next: Subject): void {
    void runner?.stop();
    const mine = startRunner(next.scenario, threads);
    runner = mine;
    const startMs = performance.now();
    const elapsedMs = () => performance.now() - startMs;
    const hear = (event: SweepEvent) => {
      if (runner === mine) tell(event);
    };
    sweep(mine, next.scenario, next.plan, {
      progress(news) {
        if ('planned' in news) hear({ kind: 'planned', runs: news.planned });
        else if ('finished' in news) hear({ kind: 'finished', events: news.events, elapsedMs: elapsedMs() });
      },
      point: (point) => hear({ kind: 'point', point, settled: true }),
    })
      .then(({ knee, complete }) => hear({ kind: 'ended', knee, complete, elapsedMs: elapsedMs() }))
      .catch((error) => runner === mine && fail(error));
  }

  return {
    follow(state) {
      if (subject?.plan === state.plan && subject.scenario === state.scenario) return;
      void haveSameRuns;
      subject = { scenario: state.scenario, plan: state.plan };
      start(subject);
    },
    async stop() {
      await runner?.stop();
    },
  };
}
