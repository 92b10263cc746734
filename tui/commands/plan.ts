import { statSync } from 'node:fs';
import { InputError, type InputFault } from '../../fixtures/input-error.ts';
import { readLines } from '../../fixtures/lines.ts';
import { differences } from '../../fixtures/paths.ts';
import type { Scenario } from '../../fixtures/schema.ts';
import { type Plan, readPlan } from '../../sim/workload/plan.ts';
import { systemReason } from './complain.ts';

/** The plan that `--workload` names, or what is wrong with its head. */
export function openPlan(file: string): Plan | readonly InputFault[] {
  const name = file === '-' ? 'stdin' : file;
  try {
    return readPlan(() => readLines(file, name), name);
  } catch (error) {
    if (error instanceof InputError) return error.faults;
    return [{ path: `--workload ${file}`, found: systemReason(error), allowed: 'a file that `mailsim workload` wrote' }];
  }
}

/** Reads a plan to its end, for a service that is not to be started in vain. Throws an InputError if it is not whole, or cannot be read again. */
export function checkWhole({ head, workload }: Plan, file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new InputError([{ path: `--workload ${file}`, found: 'what can be read only once', allowed: 'a plain file' }]);
  workload.restart('', head.ratePerSecond);
  let row: number;
  do row = workload.next();
  while (workload.atMs[row] !== Infinity);
}

const MOST_DIFFERENCES = 10;

/** What was asked for beside a plan, in so far as it was. */
export interface Asked {
  readonly scenario: Scenario;
  readonly seed: number | undefined;
  readonly ratePerSecond: number | undefined;
}

/** A fault for each thing in which what was asked for is not the run that the plan is. */
export function contradictions({ head }: Plan, asked: Asked, file: string): InputFault[] {
  const allowed = `what ${file} was drawn with`;
  const found = (one: unknown, other: unknown) => `${one}, where the plan has ${other}`;
  const fields = differences(asked.scenario, head.scenario)
    .filter(({ path, one }) => path !== 'run.warmup' || one !== `${head.warmup.ms}`)
    .map(({ path, one, other }) => ({ path, found: found(one || 'nothing', other || 'nothing'), allowed }));
  const more = fields.length - MOST_DIFFERENCES;
  return [
    ...(['seed', 'ratePerSecond'] as const).flatMap((name) => {
      const path = name === 'seed' ? '--seed' : '--rate';
      return asked[name] === undefined || asked[name] === head[name] ? [] : [{ path, found: found(asked[name], head[name]), allowed }];
    }),
    ...fields.slice(0, MOST_DIFFERENCES),
    ...(more > 0 ? [{ path: 'the scenario', found: `${more} more differences`, allowed }] : []),
  ];
}
