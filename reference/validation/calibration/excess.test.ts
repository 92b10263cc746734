import { expect, test } from 'vitest';
import { loadScenario } from '../../../fixtures/scenario.ts';
import { blankRecord } from '../../load/record.ts';
import type { Callback } from './attribution.ts';
import { excesses } from './excess.ts';

const scenario = loadScenario();
const START_MS = 5000;

test('a step lasts from the end of the callback that begins it to the reply that woke the loop, over its plan', () => {
  const callbacks: Callback[] = [];
  let endMs = START_MS;
  /** A callback that takes 1 ms, so long after the one before. */
  const callback = (name: Callback['name'], afterMs: number, parent = callbacks.length - 1, more: Partial<Callback> = {}) => {
    const atMs = endMs + afterMs;
    endMs = atMs + 1;
    const cost = { costMs: 1, firstMs: 1, collectionsMs: [], offCpuMs: 0, pieces: 1, interrupted: 0 };
    callbacks.push({ name, atMs, endMs, woke: true, parent, messageId: null, ...cost, ...more });
  };
  callback('send', 102 + 1.5 + 0.3, -1); // written at 102
  callback('mxReply', 0.2);
  callback('insertReply', 20.7, 1, { messageId: 'the-id' });
  callback('smtpReply', 80.4, 2);
  callback('updateReply', 15.6, 3);
  const answeredMs = endMs - START_MS + 0.5;
  callback('status', 10, -1);
  callback('selectReply', 5.1, 5);
  callback('status', 10, -1);
  callback('selectReply', 99, 7, { woke: false }); // nobody knows when it was ready
  callback('send', 10, -1); // its INSERT was not answered yet

  const planned = { kind: 'send', number: 0, atMs: 100, isp: 'gmail', smtpMs: 80, reply: 'accepted', throttle: 0.5 } as const;
  const record = Object.assign(blankRecord(planned, 1), { startedMs: 102, doneMs: answeredMs, messageId: 'the-id', outcome: 'sent' });
  const rejected = Object.assign(blankRecord({ ...planned, number: 1 }, 1), { doneMs: 101, outcome: 'rejected' });
  const played = { scenario, plan: [planned, { ...planned, number: 1 }], records: [record, rejected], startedAtMs: START_MS };
  const found = excesses(callbacks, played);
  for (const [step, ms] of Object.entries({
    generator: 2,
    balancer: 0.3,
    mx: 0.2,
    insert: 0.7,
    smtp: 0.4,
    update: 0.6,
    back: 0.5,
    select: 0.1,
  })) {
    expect(found[step as keyof typeof found], step).toHaveLength(1);
    expect(found[step as keyof typeof found][0], step).toBeCloseTo(ms);
  }
  expect(found.send[0]).toBeCloseTo(2 + 0.3 + 0.2 + 0.7 + 0.4 + 0.6 + 0.5 + 5); // five callbacks of 1 ms
});
