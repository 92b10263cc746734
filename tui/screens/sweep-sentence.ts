import type { Scenario } from '../../fixtures/schema.ts';
import { ceilings } from '../../sim/experiments/bottleneck.ts';
import type { Point, TimeEstimate } from '../../sim/experiments/point.ts';
import { bottleneckSentence } from '../bottleneck-sentence.ts';
import { grouped, percent, significant } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { wrapWords } from '../terminal/text.ts';
import { rateText } from './rate.ts';
import { cursorOf, type SweepState } from './sweep-state.ts';

const ROOMY = 90; // columns: in less, the sentence needs the margins

/** Draws what limits the service at the rate under the cursor, and what gives way first, in words: the longest wording that fits. */
export function drawSentence(canvas: Canvas, state: SweepState): void {
  const { scenario, plan, points, outcome } = state;
  const there = points.filter((point) => point !== null);
  const clauses = bottleneckSentence(plan.limit, outcome?.knee ?? null, ceilings(scenario), there).split('; ');
  const known = outcome === null ? clauses.slice(1) : clauses; // the first tells of the knee
  const cursor = cursorOf(state);
  const point = points[cursor] ?? null;
  const rate = `${rateText(plan.rates[cursor] ?? 0)}/s`;
  const [long, short] = point === null ? [`${rate}: still to come.`, `${rate}: still to come.`] : limitWords(point, scenario);
  const [time, shortTime] = point === null ? ['', ''] : timeWords(point);
  const margin = canvas.width < ROOMY ? 0 : 1;
  const wordings = [
    [long, time, sentence(known)],
    [long, `${time} ${sentence(known.slice(0, 1))}`],
    [short, `${time} ${sentence(known.slice(0, 1))}`],
    [short, `${shortTime} ${sentence(known.slice(0, 1))}`],
    [long, time],
    [short, time],
    [short, shortTime],
    [short],
  ];
  const fitting = wordings
    .map((parts) => linesOf(parts, canvas.width - 2 * margin))
    .find((lines) => lines !== null && lines.length <= canvas.height);
  for (const [row, line] of (fitting ?? []).entries()) canvas.put(margin, row, line);
}

function linesOf(parts: readonly string[], width: number): string[] | null {
  const lines = parts.map((part) => (part.trim() === '' ? [] : wrapWords(part.trim(), width)));
  return lines.includes(null) ? null : lines.flatMap((each) => each ?? []);
}

function sentence(clauses: readonly string[]): string {
  const text = clauses.join('; ');
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Shares from which a station is what limits: beyond them its queue is what a request waits for. */
const LOOP_LIMITS = 0.8;
const WAITING_LIMITS = 0.2;

/** What limits the service at a point, from its own figures, long and short. */
export function limitWords(point: Point, scenario: Scenario): readonly [long: string, short: string] {
  const at = `At ${rateText(point.ratePerSecond)}/s`;
  const { rejectionRate, poolUtilisation, poolFullShare, databaseUtilisation, sojournMs, outcomes, arrivals } = point;
  const lost = rejectionRate.mean === 0 ? 'no request gets 503' : `${percent(rejectionRate.mean)}% of requests get 503`;
  const lostShort = rejectionRate.mean === 0 ? 'no 503s' : `503s ${percent(rejectionRate.mean, 2)}%`;
  const busy = `${percent(poolUtilisation.mean, 2)}% busy`;
  const loop = point.eventLoopUtilisation;
  const waitMs = point.waitingMs?.mean.mean ?? 0; // in queues: for a worker where there is one, for connections
  if (outcomes.refused > 0) {
    const refused = percent(outcomes.refused / arrivals);
    return [
      `${at} the balancer limits: it has no connection left for ${refused}% of requests, and ${lost}.`,
      `${at} the balancer limits: it refuses ${refused}%.`,
    ];
  }
  if (loop !== null && loop.mean >= LOOP_LIMITS) {
    const is = percent(loop.mean, 2);
    return [
      `${at} the event loop limits: ${is}% busy, so that callbacks wait and workers are held; ${lost}.`,
      `${at} the event loop limits: ${is}% busy; ${lostShort}.`,
    ];
  }
  if (waitMs >= WAITING_LIMITS * (sojournMs?.mean.mean ?? Infinity)) {
    const wait = `${significant(waitMs, 2)} ms`;
    const inPool = scenario.pods.queueCapacity > 0 && poolUtilisation.mean > databaseUtilisation.mean;
    return inPool
      ? [
          `${at} the worker pool limits: ${busy}, a send waits ${wait} for a worker, and ${lost}.`,
          `${at} the worker pool limits: a send waits ${wait} for a worker; ${lostShort}.`,
        ]
      : [
          `${at} the database limits: a send waits ${wait} for connections, which holds its worker; pool ${busy}, and ${lost}.`,
          `${at} the database limits: a send waits ${wait} for it; ${lostShort}.`,
        ];
  }
  if (rejectionRate.mean > 0) {
    const full = percent(poolFullShare.mean);
    return [
      `${at} the worker pool limits: ${busy}, a pod is full ${full}% of the time, and ${lost}.`,
      `${at} the worker pool limits: ${busy}, a pod full ${percent(poolFullShare.mean, 2)}%, ${lostShort}.`,
    ];
  }
  const none = `no 503 in ${grouped(arrivals)} requests`;
  return [
    `${at} nothing limits: ${none}; workers ${busy}, database ${percent(databaseUtilisation.mean, 2)}%.`,
    `${at} nothing limits: ${none}; workers ${busy}.`,
  ];
}

/** What a worker's time goes into, and how busy the other stations are, long and short. */
function timeWords(point: Point): readonly [long: string, short: string] {
  const { databaseUtilisation } = point;
  const loop = point.eventLoopUtilisation;
  const busy = [
    `database ${percent(databaseUtilisation.mean, 2)}% busy`,
    ...(loop === null ? [] : [`event loop ${percent(loop.mean, 2)}%`]),
  ].join(', ');
  const smtp = workerShares(point).find(({ name }) => name === 'SMTP')?.share;
  if (smtp === undefined) return [sentence([busy]), sentence([busy])];
  const share = `${percent(smtp, 2)}%`;
  const short = [`db ${percent(databaseUtilisation.mean, 2)}%`, ...(loop === null ? [] : [`loop ${percent(loop.mean, 2)}%`])].join(', ');
  return [`${share} of a worker's time is SMTP; ${busy}.`, `Workers: ${share} SMTP; ${short} busy.`];
}

/** What the time that workers are held goes into, as shares of it, and as ms a request that was let in. */
export function workerShares({ ratePerSecond, arrivals, outcomes, smtpMs, databaseMs, poolOccupancy }: Point) {
  const { sent, failed, timedOut, unrecorded, statusAnswered } = outcomes;
  const sends = sent + failed + timedOut + unrecorded;
  if (smtpMs === null || arrivals === 0 || poolOccupancy.mean === 0) return [];
  const perSecond = (count: number) => (ratePerSecond * count) / arrivals;
  const heldMs = (1000 * poolOccupancy.mean) / perSecond(sends + statusAnswered);
  const share = (count: number, time: TimeEstimate | null) => (perSecond(count) * (time?.mean.mean ?? 0)) / 1000 / poolOccupancy.mean;
  const parts = [
    { name: 'INSERT', share: share(sends, databaseMs.insert) },
    { name: 'SMTP', share: share(sends, smtpMs) },
    { name: 'UPDATE', share: share(sends, databaseMs.update) },
    { name: 'SELECT', share: share(statusAnswered, databaseMs.select) },
  ];
  return parts.filter(({ share }) => share > 0).map((part) => ({ ...part, share: Math.min(1, part.share), ms: part.share * heldMs }));
}
