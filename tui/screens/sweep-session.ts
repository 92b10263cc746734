import type { Point } from '../../sim/experiments/point.ts';
import { type Runner, startRunner } from '../../sim/experiments/runner.ts';
import { sweep } from '../../sim/experiments/sweep.ts';
import { createStopwatch } from './stopwatch.ts';
import { cursorOf, haveSameRuns, type Subject, type SweepEvent, type SweepState } from './sweep-state.ts';

/** Makes the sweep that the screen shows, in threads of its own. */
export interface SweepSession {
  /** Makes the threads do what the state says: to be called after each change of it, and when the process is about to be stopped or goes on. */
  follow(state: SweepState, isStopped?: boolean): void;
  /** Resolves when no thread is left. */
  stop(): Promise<void>;
}

/** Threads that make runs of a scenario, and the points that came of them. */
interface Work {
  readonly runner: Runner;
  readonly measured: Map<number, Promise<Point | null>>;
  readonly stopwatch: ReturnType<typeof createStopwatch>;
}

/** `tell` hears of what is found out, `fail` of what goes wrong. */
export function createSweepSession(threads: number, tell: (event: SweepEvent) => void, fail: (error: unknown) => void): SweepSession {
  let subject: Subject | null = null;
  let work: Work | null = null;
  let sweeping = new AbortController();
  const endings: Promise<void>[] = [];

  function begin(state: SweepState, { runner, measured, stopwatch }: Work): void {
    const { scenario, plan } = state;
    const mine = new AbortController();
    sweeping.abort(); // its knee would be that of other rates
    sweeping = mine;
    const hear = (event: SweepEvent) => {
      if (work?.runner === runner) tell(event);
    };
    const events = {
      progress(news: { planned: number } | { finished: number; events: number } | { share: number }) {
        if ('planned' in news) hear({ kind: 'planned', runs: news.planned });
        else if ('finished' in news) hear({ kind: 'finished', events: news.events, elapsedMs: stopwatch.ms() });
      },
      point: (point: Point, settled: boolean) => hear({ kind: 'point', point, settled }),
    };
    sweep(runner, scenario, plan, events, { measured, signal: mine.signal, first: plan.rates[cursorOf(state)]! })
      .then(({ knee, complete }) => {
        if (sweeping === mine) hear({ kind: 'ended', knee, complete, elapsedMs: stopwatch.ms() });
      })
      .catch((error) => {
        if (sweeping === mine) fail(error);
      });
  }

  return {
    follow(state, isStopped = false) {
      if (subject?.plan !== state.plan || subject.scenario !== state.scenario) {
        const next = { scenario: state.scenario, plan: state.plan };
        if (work === null || subject === null || !haveSameRuns(subject, next)) {
          if (work !== null) endings.push(work.runner.stop());
          work = { runner: startRunner(next.scenario, threads), measured: new Map(), stopwatch: createStopwatch() };
        }
        subject = next;
        begin(state, work);
      }
      if (work === null) return;
      const idle = isStopped || state.paused || state.outcome !== null;
      if (idle) work.stopwatch.halt();
      else work.stopwatch.go();
      if (state.paused) work.runner.pause();
      else work.runner.resume();
    },
    async stop() {
      await Promise.all([...endings, work?.runner.stop()]);
    },
  };
}
