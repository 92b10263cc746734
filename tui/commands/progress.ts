import type { Progress } from '../../sim/experiments/replicate.ts';
import { counted, duration, grouped, wallTime } from '../format.ts';

const CLEAR_LINE = '\r\x1b[K';
const REDRAW_MS = 100;

/** A line on stderr that tells how far it is, where stderr is a terminal; and at the end how long it took, in any case. `likelyRuns` says how many runs there will be when so many are planned. */
export function showProgress(likelyRuns = (planned: number) => planned): { progress: Progress; end(): void } {
  const live = process.stderr.isTTY === true;
  const startedMs = performance.now();
  const count = { planned: 0, finished: 0, events: 0, share: 0 };
  let shownMs = -Infinity;

  const seconds = () => (performance.now() - startedMs) / 1000;

  function show(): void {
    if (!live || performance.now() - shownMs < REDRAW_MS) return;
    shownMs = performance.now();
    const done = count.finished + count.share;
    const all = likelyRuns(count.planned);
    const leftSeconds = (seconds() / done) * (all - done);
    process.stderr.write(
      `${CLEAR_LINE}${grouped(done, count.share > 0 ? 2 : 0)} of ${counted(all, 'run')}, about ${duration(1000 * Math.ceil(leftSeconds))} left`,
    );
  }

  return {
    progress(news) {
      if ('planned' in news) {
        count.planned += news.planned;
      } else if ('share' in news) {
        count.share = news.share;
      } else {
        count.finished++;
        count.events += news.events;
        count.share = 0;
      }
      if (count.finished + count.share > 0) show();
    },
    end() {
      const runs = counted(count.finished, 'run');
      const events = count.events === 0 ? '' : `, ${eventWords(count.events)}`; // the real service counts none
      const rate = count.events === 0 ? '' : ` (${eventWords(Math.round(count.events / seconds()))}/s)`;
      process.stderr.write(`${live ? CLEAR_LINE : ''}${runs}${events} in ${wallTime(1000 * seconds())}${rate}\n`);
    },
  };
}

const MILLION = 1e6;

/** Millions of them, or each if they are few. */
function eventWords(events: number): string {
  return events < MILLION ? counted(events, 'event') : `${grouped(events / MILLION, 1)} million events`;
}
