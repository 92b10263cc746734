import type { Trouble } from '../../sim/metrics/troubles.ts';
import { duration, grouped } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { firstFitting } from '../terminal/text.ts';
import { faultStory, recoveryWords, seconds } from './inside-faults.ts';
import { type InsideState, nowMs } from './inside-state.ts';
import { rateText } from './rate.ts';
import { drawRule } from './rule.ts';

/** A line of the log. */
export interface LogLine {
  readonly atMs: number;
  readonly words: string;
  readonly style: Style;
}

const MOST_PLANNED = 3; // lines that are kept for what is still to come

/** Draws what happened, the latest at the bottom, and below it what is going to. */
export function drawLog(canvas: Canvas, state: InsideState): void {
  drawRule(canvas, 0, 'events');
  const room = canvas.height - 1;
  const now = nowMs(state);
  const lines = logOf(state);
  const past = lines.filter(({ atMs }) => atMs <= now);
  const planned = lines.filter(({ atMs }) => atMs > now).slice(0, Math.min(MOST_PLANNED, Math.floor(room / 3)));
  const shown = [...past.slice(-(room - planned.length)), ...planned];
  const width = Math.max(0, ...shown.map(({ atMs }) => seconds(atMs).length));
  for (const [row, { atMs, words, style }] of shown.entries()) {
    canvas.put(0, 1 + row, seconds(atMs).padStart(width), atMs > now ? 'faint' : 'plain');
    const wordings = atMs > now ? [`${words} (planned)`, words] : [words];
    canvas.put(width + 1, 1 + row, firstFitting(wordings, canvas.width - width - 1) ?? words, atMs > now ? 'faint' : style);
  }
}

/** All that happened and, of what the scenario says, all that will; in order. */
export function logOf({ scenario, wish, shown, ratePerSecond }: InsideState): LogLine[] {
  const faults = wish.faults.flatMap((fault): LogLine[] => [
    { atMs: fault.atMs, words: `▼ ${faultStory(fault)}`, style: 'bad' },
    { atMs: fault.atMs + fault.forMs, words: `▲ ${recoveryWords(fault)}`, style: 'strong' },
  ]);
  const steps = scenario.arrivals.rateSteps.map(
    ({ atMs, factor }): LogLine => ({ atMs, words: `${rateText(ratePerSecond * factor)} requests/s`, style: 'strong' }),
  );
  const troubles = (shown?.troubles ?? []).map((trouble): LogLine => {
    return { atMs: trouble.atMs, words: troubleWords(trouble, scenario.smtp.isps), style: 'plain' };
  });
  return [...faults, ...steps, ...troubles].sort((a, b) => a.atMs - b.atMs);
}

function troubleWords({ kind, subject, ended }: Trouble, isps: readonly { readonly name: string }[]): string {
  const pod = `pod ${(subject ?? 0) + 1}`;
  const isp = isps[subject ?? 0]?.name ?? '';
  const span = ended === null ? '' : ` in ${duration(Math.max(1, Math.round(ended.toMs - ended.fromMs)))}, none since`;
  const times = grouped(ended?.times ?? 0);
  switch (kind) {
    case 'full':
      return `${pod} full`;
    case 'queued':
      return ended === null ? `${pod}: a request waits for a worker` : `${pod}: ${times} waited${span}`;
    case 'loop':
      return ended === null ? `${pod}: a callback waited 0.1 s` : `${pod}: ${times} callbacks waited 0.1 s${span}`;
    case 'rejected':
      return ended === null ? `${pod}: first 503` : `${pod}: ${times} 503s${span}`;
    case 'aborted':
      return ended === null ? `${pod}: first request aborted` : `${pod}: ${times} aborted${span}`;
    case 'refused':
      return ended === null ? 'balancer: first request refused' : `balancer: ${times} refused${span}`;
    case 'unserved':
      return ended === null ? 'no pod is up: first 502' : `no pod was up: ${times} 502s${span}`;
    case 'connections':
      return ended === null ? 'a statement has to wait' : `${times} statements waited${span}`;
    case 'statementFailed':
      return ended === null ? 'database: first statement fails' : `database: ${times} statements failed${span}`;
    case 'timedOut':
      return ended === null ? `${isp}: first deadline passes` : `${isp}: ${times} deadlines passed${span}`;
    case 'negativeReply':
      return ended === null ? `${isp}: first 4xx or 5xx` : `${isp}: ${times} 4xx or 5xx${span}`;
  }
}
