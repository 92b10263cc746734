import type { Scenario } from '../../fixtures/schema.ts';
import type { Step } from './route.ts';

/** The callbacks of a pod's process that a request passes through, named after what they answer. */
export type Callback = 'accept' | 'insertReply' | 'smtpReply' | 'updateReply' | 'selectReply';

export interface EventLoops {
  /** Runs a callback on the event loop of the request's pod. */
  callback(name: Callback): Step;
}

/** The event loops of the pods. `pods.eventLoop` is null: callbacks cost nothing, so they are no steps at all. */
export function createEventLoops(_: Scenario['pods']['eventLoop']): EventLoops {
  return { callback: () => (next) => next };
}
