import { mean, quantile } from 'simple-statistics';
import { tableHead, tableRow } from '../markdown.ts';
import { CALLBACKS, type Callback, type CallbackName } from './attribution.ts';
import type { Evaluation } from './evaluate.ts';
import { STEPS, type StepName } from './excess.ts';
import { activeMsOf, type Collections } from './fit.ts';

/** The calibration as Markdown. */
export function report({ scale, fitted, lines, callbacks, excesses }: Evaluation, backgroundMsPerSecond: number): string {
  const recorded = lines.filter((line) => line.fitted !== null);
  const none = { sent: 0, timedOut: 0, statusAnswered: 0, rejected: 0 };
  const costOf = (end: keyof typeof none, fits = fitted) => activeMsOf({ ...none, [end]: 1 }, fits).toFixed(2);
  const kinds = [...new Set(callbacks.map(({ name }) => name))];

  return [
    'What a callback costs the loop, ms, garbage collections apart.',
    table(
      ['callback', 'what it does', 'number', 'mean', 'sigma', 'p50', 'p99', ...recorded.map((line) => `mean at ${line.ratePerSecond}/s`)],
      CALLBACKS.map((name) => {
        const { number, cost, p50Ms, p99Ms } = fitted.callbacks[name];
        const means = recorded.map((line) => line.fitted!.callbacks[name].cost.meanMs.toFixed(3));
        return [name, DOES[name], number, cost.meanMs.toFixed(3), cost.sigma.toFixed(2), p50Ms.toFixed(3), p99Ms.toFixed(3), ...means];
      }),
    ),
    collectionsLine(fitted.collections),
    `A send costs ${costOf('sent')} ms (${recorded.map((line) => `${costOf('sent', line.fitted!)} at ${line.ratePerSecond}/s`).join(', ')}), a status query ${costOf('statusAnswered')}, a 503 ${costOf('rejected')}.`,
    `The costs have been multiplied by ${scale.toFixed(3)}, for what the hooks cost.`,
    `Without requests the loop is active ${backgroundMsPerSecond.toFixed(1)} ms a second.`,
    '',
    'Utilisation of the loop without the hooks, % ± standard deviation of the repeats, and as the costs predict it.',
    table(
      ['req/s', 'measured', 'predicted', 'error %', 'scale alone', 'active ratio', 'GC %', 'off CPU %', 'no request %', 'machine idle %'],
      lines.map((line) => [
        line.ratePerSecond,
        `${percent(line.utilisation)} ± ${percent(line.deviation)}`,
        percent(line.predicted),
        percent(line.predicted / line.utilisation - 1),
        line.scale?.toFixed(3) ?? '',
        line.activeRatio?.toFixed(3) ?? '',
        ...[line.collectedShare, line.offCpuShare, line.otherShare].map((share) => (share === null ? '' : percent(share))),
        percent(line.idleShare, 0),
      ]),
    ),
    'How they come: in several pieces, interrupted by another before the last of their immediates, to a loop that waits. Costs unscaled.',
    table(
      ['callback', 'number', 'pieces %', 'interrupted %', 'woke the loop %', 'mean ms where it did', 'where not'],
      kinds.map((name) => {
        const all = callbacks.filter((callback) => callback.name === name);
        const share = (holds: (callback: Callback) => boolean) => percent(all.filter(holds).length / all.length);
        const meanMs = (woke: boolean) =>
          average(all.filter((callback) => callback.woke === woke).map(({ costMs }) => costMs))?.toFixed(3) ?? '';
        return [
          name,
          all.length,
          share(({ pieces }) => pieces > 1),
          share(({ interrupted }) => interrupted > 0),
          share(({ woke }) => woke),
          meanMs(true),
          meanMs(false),
        ];
      }),
    ),
    'What the world adds to the plan as the pod sees it, ms.',
    table(
      ['step', 'number', 'mean', 'p50', 'p90', 'p99'],
      (Object.keys(STEPS) as StepName[]).map((step) => {
        const values = excesses[step];
        const at = (p: number) => (values.length > 0 ? quantile([...values], p).toFixed(2) : '');
        return [STEPS[step], values.length, average(values)?.toFixed(2) ?? '', at(0.5), at(0.9), at(0.99)];
      }),
    ),
  ].join('\n');
}

function collectionsLine(collections: Collections | null): string {
  if (collections === null) return 'Too few garbage collections to tell of them.';
  const { number, everyMs, pauseMs } = collections;
  const pause = `${pauseMs.meanMs.toFixed(2)} ms (sigma ${pauseMs.sigma.toFixed(2)})`;
  return `${number} garbage collections, one in ${everyMs.toFixed(0)} ms of active time, of ${pause}.`;
}

const DOES: Readonly<Record<CallbackName, string>> = {
  request: 'head read, worker taken',
  reject: '503, in the callback of the head',
  body: 'body parsed and validated, MX asked; in the callback of the head',
  mxReply: 'INSERT sent',
  insertReply: 'message composed, connect',
  connected: 'waits for the greeting',
  greeting: 'EHLO sent',
  ehloReply: 'MAIL, RCPT and DATA sent',
  dataReply: 'replies up to 354; message sent',
  smtpReply: 'final reply; connection closed, UPDATE sent',
  deadline: 'connection destroyed, UPDATE sent',
  updateReply: 'answer written',
  query: 'SELECT sent, in the callback of the head',
  selectReply: 'answer written',
};

const percent = (share: number, places = 1) => (100 * share).toFixed(places);
const average = (values: readonly number[]): number | undefined => (values.length > 0 ? mean([...values]) : undefined);

function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return ['', tableHead(heads), ...rows.map(tableRow), ''].join('\n');
}
