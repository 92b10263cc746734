import { expect, test } from 'vitest';
import { loadScenario } from '../../../fixtures/scenario.ts';
import type { Callback, Found } from './attribution.ts';
import { evaluate } from './evaluate.ts';
import { STEPS, type StepName } from './excess.ts';
import type { Measured } from './measure.ts';
import { report } from './report.ts';

const scenario = loadScenario();
const SECOND_MS = 1000;
const HOOKS = 1.25; // what they multiply every cost by

const callback = (name: Found, costMs: number, firstMs = costMs): Callback => ({
  name,
  atMs: 0,
  endMs: costMs,
  costMs: costMs * HOOKS,
  firstMs: firstMs * HOOKS,
  collectionsMs: [],
  offCpuMs: 1,
  woke: true,
  pieces: 1,
  interrupted: 0,
  parent: -1,
  messageId: null,
});
const replies = ['mxReply', 'insertReply', 'connected', 'greeting', 'ehloReply', 'dataReply', 'smtpReply', 'updateReply'] as const;
const SEND = [callback('send', 3, 1), ...replies.map((name) => callback(name, 1))]; // 11 ms
const STATUS = [callback('status', 2), callback('selectReply', 1)]; // 3 ms
const RARE = [callback('rejected', 1.5), callback('deadline', 1)];

/** A second of a pod that answers so many sends and half as many status queries, and of what is rare. */
function play(ratePerSecond: number, recorded: boolean, sends: number, rare: readonly Callback[] = []): Measured {
  const activeMs = sends * (11 + 1.5) * (recorded ? HOOKS : 1);
  const callbacks = [...Array.from({ length: sends }, (_, i) => [...SEND, ...(i % 2 === 0 ? STATUS : [])]).flat(), ...rare];
  return {
    spec: { ratePerSecond, recorded, scenario, seed: '1/0', warmupMs: 0, measureMs: SECOND_MS },
    activeMs,
    cpuMs: activeMs + 50, // other threads
    utilisation: activeMs / SECOND_MS,
    idleShare: 0.5,
    outcomes: {} as Measured['outcomes'],
    ends: { sent: sends, timedOut: 0, statusAnswered: sends / 2, rejected: 0 },
    recorded: recorded
      ? {
          callbacks,
          numbers: new Map(),
          excesses: Object.fromEntries(Object.keys(STEPS).map((step) => [step, [1]])) as unknown as Record<StepName, number[]>,
        }
      : null,
  };
}

const plays = [
  ...[10, 20].flatMap((rate) => [false, true, false].map((recorded) => play(rate, recorded, rate))),
  play(20, true, 20),
  play(10, true, 10),
  ...[false, false].map((recorded) => play(40, recorded, 40)),
  play(100, true, 2, RARE),
];
const evaluation = evaluate(plays, { rates: [10, 20], checkRate: 40, rareRate: 100 });

test('the hooks are taken out, and what is left predicts a rate that was not fitted', () => {
  expect(evaluation.scale).toBeCloseTo(1 / HOOKS);
  expect(evaluation.fitted.callbacks.insertReply).toMatchObject({ number: 60 });
  expect(evaluation.fitted.callbacks.body.cost.meanMs).toBeCloseTo(2);
  expect(evaluation.fitted.callbacks.query.cost.meanMs).toBeCloseTo(1);
  expect(evaluation.fitted.callbacks.reject.cost.meanMs).toBeCloseTo(0.5);
  expect(evaluation.fitted.callbacks.deadline.cost.meanMs).toBeCloseTo(1);
  for (const line of evaluation.lines) expect(line.predicted).toBeCloseTo(line.utilisation);
  expect(evaluation.lines.map(({ ratePerSecond }) => ratePerSecond)).toEqual([10, 20, 40]);
  expect(evaluation.lines[2]).toMatchObject({ scale: null, fitted: null, offCpuShare: null });
  expect(evaluation.lines[0]!.offCpuShare).toBeCloseTo(10 / (12.5 * HOOKS + 10)); // 9 callbacks a send, 2 for half as many status queries
});

test('the report has a line for every callback, rate and step, and no figure that is none', () => {
  const text = report(evaluation, 2);
  for (const word of ['insertReply', 'rejected', ...Object.values(STEPS)]) expect(text).toContain(word);
  expect(text).toContain('A send costs 11.00 ms (11.00 at 10/s, 11.00 at 20/s), a status query 3.00, a 503 1.50.');
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
});
