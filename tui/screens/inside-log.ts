import type { Trouble, TroubleKind } from '../../sim/metrics/troubles.ts';
import { duration, grouped } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { firstFitting, shortened, shortenedName, textWidth } from '../terminal/text.ts';
import { faultStory, faultWords, recoveryWords, seconds, shortFaultWords } from './inside-faults.ts';
import { type InsideState, nowMs } from './inside-state.ts';
import { rateText } from './rate.ts';
import { drawRule } from './rule.ts';

/** A line of the log. */
export interface LogLine {
  readonly atMs: number;
  readonly words: readonly string[]; // several wordings, the fullest first
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
    const wordings = atMs > now ? [`${words[0]} (planned)`, ...words].map(hollow) : words;
    const room = canvas.width - width - 1;
    canvas.put(width + 1, 1 + row, fitted(wordings, room), atMs > now ? 'faint' : style);
  }
}

/** The first wording that fits; if none does, the last one with less of its subject, and without it at worst. */
function fitted(wordings: readonly string[], room: number): string {
  const last = wordings.at(-1)!.replace('database', 'db');
  const [, subject = '', what = last] = /^(.*): (.*)$/.exec(last) ?? [];
  const rest = room - textWidth(what) - 2;
  return (
    firstFitting([...wordings, last], room) ?? (rest < LEAST_SUBJECT ? shortened(what, room) : `${shortenedName(subject, rest)}: ${what}`)
  );
}

const LEAST_SUBJECT = 4; // columns

/** The words of what is planned: its mark is hollow, so that it can be told without colours from what has happened. */
function hollow(words: string): string {
  return words.replace('▼', '▽').replace('▲', '△');
}

/** All that happened and, of what the scenario says, all that will; in order. */
export function logOf({ scenario, wish, shown, ratePerSecond }: InsideState): LogLine[] {
  const faults = wish.faults.flatMap((fault): LogLine[] => [
    { atMs: fault.atMs, words: [`▼ ${faultStory(fault)}`, `▼ ${faultWords(fault)}`, `▼ ${shortFaultWords(fault)}`], style: 'bad' },
    {
      atMs: fault.atMs + fault.forMs,
      words: [`▲ ${recoveryWords(fault)}`, `▲ ${shortFaultWords(fault).split(':')[0]}: over`],
      style: 'strong',
    },
  ]);
  const steps = scenario.arrivals.rateSteps.map(
    ({ atMs, factor }): LogLine => ({ atMs, words: [`${rateText(ratePerSecond * factor)} requests/s`], style: 'strong' }),
  );
  const troubles = (shown?.troubles ?? []).map((trouble): LogLine => {
    return { atMs: trouble.atMs, words: troubleWords(trouble, scenario.smtp.isps), style: 'plain' };
  });
  return [...faults, ...steps, ...troubles].sort((a, b) => a.atMs - b.atMs);
}

type Subject = 'pod' | 'isp' | 'balancer' | 'database';

/** Of each trouble: whose it is, what is said as it begins, and, after how often it happened, when it has ended. */
const TROUBLE_WORDS: { readonly [kind in TroubleKind]: readonly [subject: Subject, begins: string, ended: string] } = {
  full: ['pod', 'full', 'times full'],
  queued: ['pod', 'a request waits', 'waited'],
  rejected: ['pod', 'first 503', '503s'],
  aborted: ['pod', 'first one aborted', 'aborted'],
  refused: ['balancer', 'first one refused', 'refused'],
  unserved: ['balancer', 'no pod is up', '502s'],
  loop: ['pod', 'a callback 0.1 s late', 'were 0.1 s late'],
  connections: ['database', 'a statement waits', 'waited'],
  statementFailed: ['database', 'first one failed', 'failed'],
  timedOut: ['isp', 'first deadline', 'deadlines'],
  negativeReply: ['isp', 'first 4xx or 5xx', '4xx or 5xx'],
};

function troubleWords({ kind, subject, ended }: Trouble, isps: readonly { readonly name: string }[]): string[] {
  const [of, begins, happened] = TROUBLE_WORDS[kind];
  const whose = of === 'pod' ? `pod ${subject! + 1}` : of === 'isp' ? isps[subject!]!.name : of;
  if (ended === null) return [`${whose}: ${begins}`, `${whose}: ${begins.replace(/^(first one|first|an?) /, '')}`];
  const what = `${whose}: ${grouped(ended.times)} ${happened}`;
  const tookMs = Math.round(ended.toMs - ended.fromMs);
  const span = `${what} ${tookMs === 0 ? 'at once' : `in ${duration(tookMs)}`}`;
  return [`${span}, none since`, span, what];
}
