import type { Scenario } from '../../../fixtures/schema.ts';
import type { PlannedRequest } from '../../load/plan.ts';
import type { LoadRecord } from '../../load/record.ts';
import type { Callback } from './attribution.ts';

/** What the world around a pod adds to the plan, step by step, real ms. */
export const STEPS = {
  generator: 'generator: request written, after its instant',
  balancer: 'balancer: read by the pod, after it was written, over latencyMs',
  mx: 'MX lookup, over 0',
  insert: 'INSERT, over insertMs',
  smtp: 'SMTP: final reply, after connect, over its delay',
  update: 'UPDATE, over updateMs',
  back: 'answer: at the client, after the last callback',
  select: 'SELECT, over selectMs',
  send: 'all of a send, over its plan, the loop included',
} as const;
export type StepName = keyof typeof STEPS;

export interface PlayedRequests {
  readonly scenario: Scenario;
  readonly plan: readonly PlannedRequest[];
  readonly records: readonly LoadRecord[];
  /** The start of the play, an instant of the machine's clock. */
  readonly startedAtMs: number;
}

/**
 * The excess of each step of each request. A step lasts from the end of the callback that begins it to the instant at which its reply is
 * ready, so that the pod's own work is in none; a reply that came while the loop was busy does not tell when it was ready and is left out.
 */
export function excesses(callbacks: readonly Callback[], played: PlayedRequests): Record<StepName, number[]> {
  const { scenario, plan, records, startedAtMs } = played;
  const { database, balancer } = scenario;
  const found = Object.fromEntries(Object.keys(STEPS).map((name) => [name, []])) as unknown as Record<StepName, number[]>;
  const recordOf = new Map(records.filter(({ kind }) => kind === 'send').map((record) => [record.messageId, record]));
  recordOf.delete(null); // those that were turned away
  const parentOf = ({ parent }: Callback): Callback | undefined => callbacks[parent];
  const sendOf = (inserted: Callback | undefined) => recordOf.get(inserted?.messageId ?? null);
  // A request is known by the reply to its INSERT, two callbacks later.
  const insertedOf = new Map(
    callbacks
      .filter((callback) => callback.name === 'insertReply' && parentOf(callback)?.name === 'mxReply')
      .map((callback) => [parentOf(parentOf(callback)!), callback]),
  );

  /** The step that a callback ends. */
  const add = (name: StepName, { atMs, woke }: Callback, begun: Callback | undefined, plannedMs: number) => {
    if (woke && begun !== undefined) found[name].push(atMs - begun.endMs - plannedMs);
  };

  for (const callback of callbacks) {
    const begun = parentOf(callback);
    switch (callback.name) {
      case 'mxReply':
        add('mx', callback, begun, 0);
        break;
      case 'insertReply':
        add('insert', callback, begun, database.insertMs);
        break;
      case 'smtpReply': {
        const planned = plan[sendOf(begun)?.number ?? -1];
        if (planned?.kind === 'send') add('smtp', callback, begun, planned.smtpMs);
        break;
      }
      case 'updateReply': {
        add('update', callback, begun, database.updateMs);
        const record = begun === undefined ? undefined : sendOf(parentOf(begun));
        if (record?.doneMs != null) found.back.push(startedAtMs + record.doneMs - callback.endMs);
        break;
      }
      case 'selectReply':
        add('select', callback, begun, database.selectMs);
        break;
      case 'send': {
        const record = sendOf(insertedOf.get(callback));
        if (callback.woke && record?.startedMs != null)
          found.balancer.push(callback.atMs - startedAtMs - record.startedMs - balancer.latencyMs);
      }
    }
  }
  for (const { number, outcome, intendedMs, startedMs, doneMs } of records) {
    const planned = plan[number]!;
    if (startedMs !== null) found.generator.push(startedMs - intendedMs);
    if (planned.kind === 'send' && outcome === 'sent')
      found.send.push(doneMs! - intendedMs - balancer.latencyMs - database.insertMs - planned.smtpMs - database.updateMs);
  }
  return found;
}
