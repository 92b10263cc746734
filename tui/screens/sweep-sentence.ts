import type { Scenario } from '../../fixtures/schema.ts';
import type { Point } from '../../sim/experiments/point.ts';
import { ceilingClauses, kneeClause } from '../bottleneck-sentence.ts';
import { counted, percent, significant } from '../format.ts';
import { plannedBriefly, plannedWords } from '../planned-words.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { wrapWords } from '../terminal/text.ts';
import { rateText } from './rate.ts';
import { cursorOf, type SweepState } from './sweep-state.ts';

const ROOMY = 90; // columns: in less, the sentence needs the margins

/** Draws what limits the service at the rate under the cursor, and what gives way first, in words: the longest wording that fits. */
export function drawSentence(canvas: Canvas, state: SweepState): void {
  const { scenario, plan, points, outcome } = state;
  const there = points.filter((point) => point !== null);
  const knee = outcome === null ? [] : [kneeClause(plan.limit, outcome.knee, scenario, there)];
  const known = [...knee, ...ceilingClauses(scenario)];
  const cursor = cursorOf(state);
  const point = points[cursor] ?? null;
  const rate = `${rateText(plan.rates[cursor] ?? 0)}/s`;
  const [long, ...shorter] = point === null ? [`${rate}: still to come.`, `${rate}: still to come.`] : limitWords(point, scenario);
  const [time, shortTime] = point === null ? ['', ''] : timeWords(point);
  const margin = canvas.width < ROOMY ? 0 : 1;
  const first = sentence(known.slice(0, 1));
  const wordings = [
    [long, time, sentence(known)],
    [long, `${time} ${first}`],
    ...shorter.slice(0, 1).flatMap((words) => [
      [words, `${time} ${first}`],
      [words, `${shortTime} ${first}`],
    ]),
    [long, time],
    ...shorter.flatMap((words) => [[words, time], [words, shortTime], [`${words} ${shortTime}`], [words]]),
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

/** Shares of a send's time in the system from which what it waits for is what limits, and of an event loop's from which it does. */
const WAITING_LIMITS = 0.2;
const LOOP_LIMITS = 0.8;

/** What limits the service at a point, from its own figures, in fewer and fewer words. What is planned to happen in its runs is named in all of them. */
export function limitWords(point: Point, scenario: Scenario): readonly [long: string, ...shorter: string[]] {
  const [planned, briefly] = [plannedWords(scenario), plannedBriefly(scenario)];
  const at = `At ${rateText(point.ratePerSecond)}/s`;
  const atLong = planned === null ? at : `${at}, with what is planned (${planned}),`;
  const atShort = briefly === null ? at : `${at} (${briefly})`;
  const [long, ...shorter] = point.arrivals === 0 ? NOTHING_ARRIVED : limiter(point, scenario);
  return [`${atLong} ${long}.`, ...shorter.map((words) => `${atShort} ${words}.`)];
}

type Wordings = readonly [long: string, short: string, shortest: string];
const NOTHING_ARRIVED: Wordings = ['nothing arrived', 'nothing arrived', 'nothing arrived'];

function limiter(point: Point, scenario: Scenario): Wordings {
  const { poolUtilisation, poolFullShare, databaseUtilisation, eventLoopUtilisation, outcomes, arrivals } = point;
  const [lost, lostShort] = lossWords(point);
  const busy = `${percent(poolUtilisation.mean, 2)}% busy`;
  if (outcomes.refused > 0) {
    const refused = percent(outcomes.refused / arrivals);
    const pods = point.rejectionRate.mean === 0 ? 'no pod answers 503' : lost;
    return [
      `the balancer limits: it has no connection left for ${refused}% of requests, and ${pods}`,
      `the balancer limits: it refuses ${refused}%`,
      `the balancer limits: it refuses ${refused}%`,
    ];
  }
  const sojournMs = point.sojournMs?.mean.mean ?? 0;
  const queueMs = point.waitingMs?.mean.mean ?? 0; // for a worker, and for connections
  const loopMs = point.loopWaitMs?.mean.mean ?? 0;
  const loop = eventLoopUtilisation?.mean ?? 0;
  const isWaiting = Math.max(queueMs, loopMs) > WAITING_LIMITS * sojournMs;
  const isLoopBusiest = loop >= LOOP_LIMITS && loop >= poolUtilisation.mean;
  if (isWaiting ? loopMs > queueMs : isLoopBusiest) {
    const is = percent(loop, 2);
    return [
      `the event loop limits: ${is}% busy, so that a send waits ${significant(loopMs, 2)} ms for its turns; ${lost}`,
      `the event loop limits: ${is}% busy; ${lostShort}`,
      `the event loop limits: ${is}% busy`,
    ];
  }
  if (isWaiting) {
    const wait = `${significant(queueMs, 2)} ms`;
    const inPool = scenario.pods.queueCapacity > 0 && poolUtilisation.mean > databaseUtilisation.mean;
    return inPool
      ? [
          `the worker pool limits: ${busy}, a send waits ${wait} for a worker, and ${lost}`,
          `the worker pool limits: a send waits ${wait} for a worker; ${lostShort}`,
          `the worker pool limits: ${lostShort}`,
        ]
      : [
          `the database limits: ${percent(databaseUtilisation.mean, 2)}% busy, a send waits ${wait} for connections, which holds its worker; pool ${busy}, and ${lost}`,
          `the database limits: a send waits ${wait} for it; ${lostShort}`,
          `the database limits: ${lostShort}`,
        ];
  }
  if (point.rejectionRate.mean > 0) {
    const full = percent(poolFullShare.mean);
    return [
      `the worker pool limits: ${busy}, a pod is full ${full}% of the time, and ${lost}`,
      `the worker pool limits: ${busy}, a pod full ${percent(poolFullShare.mean, 2)}%, ${lostShort}`,
      `the worker pool limits: ${lostShort}`,
    ];
  }
  const errors = errorWords(point);
  const nothing = errors !== '' && scenario.faults.length > 0 ? 'no station limits' : 'nothing limits'; // what is planned costs something
  const none = `no 503 in ${counted(arrivals, 'request')}${errors}`;
  return [
    `${nothing}: ${none}; workers ${busy}, database ${percent(databaseUtilisation.mean, 2)}%`,
    `${nothing}: ${errors === '' ? none : `no 503s${errors}`}; workers ${busy}`,
    `${nothing}: no 503s${errors}`,
  ];
}

function lossWords(point: Point): readonly [long: string, short: string] {
  const { rejectionRate } = point;
  if (rejectionRate.mean === 0) return [`no request gets 503${errorWords(point)}`, 'no 503s'];
  return [`${percent(rejectionRate.mean)}% of requests get 503${errorWords(point)}`, `503s ${percent(rejectionRate.mean, 2)}%`];
}

function errorWords({ outcomes, arrivals }: Point): string {
  const others = outcomes.failed + outcomes.timedOut + outcomes.unrecorded + outcomes.aborted;
  return others === 0 ? '' : `, ${percent(others / arrivals)}% another error`;
}

/** What a worker's time goes into, and how busy the other stations are, long and short. */
function timeWords({ databaseUtilisation, eventLoopUtilisation: loop, workerTime }: Point): readonly [long: string, short: string] {
  const database = `${percent(databaseUtilisation.mean, 2)}%`;
  const loops = loop === null ? null : `${percent(loop.mean, 2)}%`;
  const busy = [`database ${database} busy`, ...(loops === null ? [] : [`event loop ${loops}`])].join(', ');
  if (workerTime === null || workerTime.smtp === 0) return [sentence([busy]), sentence([busy])];
  const share = `${percent(Math.min(1, workerTime.smtp), 2)}%`;
  const short = [`db ${database}`, ...(loops === null ? [] : [`loop ${loops}`])].join(', ');
  return [`${share} of a worker's time is SMTP; ${busy}.`, `Workers: ${share} SMTP; ${short} busy.`];
}

/** What the time that workers are held goes into, as shares of it, and as ms a request that was let in. */
export function workerShares({ workerTime, poolOccupancy, throughputPerSecond }: Point) {
  if (workerTime === null || throughputPerSecond.mean === 0) return [];
  const heldMs = (1000 * poolOccupancy.mean) / throughputPerSecond.mean;
  const parts = [
    { name: 'INSERT', share: workerTime.insert },
    { name: 'SMTP', share: workerTime.smtp },
    { name: 'UPDATE', share: workerTime.update },
    { name: 'SELECT', share: workerTime.select },
  ];
  return parts.filter(({ share }) => share > 0).map(({ name, share }) => ({ name, share: Math.min(1, share), ms: share * heldMs }));
}
