import type { Progress } from '../../sim/experiments/replicate.ts';
import { grouped } from '../format.ts';

/** How far runs have come, and how fast. */
export interface ProgressCount {
  planned: number;
  finished: number;
  events: number;
}

/** A line on stderr that tells how far it is, where stderr is a terminal; and at the end how long it took, in any case. */
export function showProgress(): { progress: Progress; end(): void } {
  const startedMs = performance.now();
  const count: ProgressCount = { planned: 0, finished: 0, events: 0 };
  const live = process.stderr.isTTY === true;
  let shownMs = 0;

  const seconds = () => (performance.now() - startedMs) / 1000;
  const speed = () => `${grouped(count.events / seconds() / 1e6, 1)} million events/s`;
  const show = () => {
    if (!live || performance.now() - shownMs < 100) return;
    shownMs = performance.now();
    const leftSeconds = (seconds() / count.finished) * (count.planned - count.finished);
    process.stderr.write(`\r\x1b[K${count.finished} of ${count.planned} runs, ${speed()}, about ${grouped(leftSeconds)} s left`);
  };

  return {
    progress(news) {
      if ('planned' in news) {
        count.planned += news.planned;
      } else {
        count.finished++;
        count.events += news.events;
        show();
      }
    },
    end() {
      if (live) process.stderr.write('\r\x1b[K');
      process.stderr.write(
        `${count.finished} runs, ${grouped(count.events / 1e6, 1)} million events in ${grouped(seconds(), 1)} s (${speed()})\n`,
      );
    },
  };
}
