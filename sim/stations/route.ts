import type { Stage } from '../engine/calendar.ts';

/** A part of a request's life, still open at its end: told what comes next, it is a stage that a request can enter. */
export type Step = (next: Stage) => Stage;

/** Joins steps in the order in which a request takes them. A route is a step itself, so routes nest. */
export const route =
  (...steps: readonly Step[]): Step =>
  (end) =>
    steps.reduceRight((next, step) => step(next), end);

/** A step that takes no time. */
export const act =
  (effect: Stage): Step =>
  (next) =>
  (request) => {
    effect(request);
    next(request);
  };
