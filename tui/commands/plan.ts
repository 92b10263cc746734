import { readFileSync } from 'node:fs';
import { InputError } from '../../fixtures/input-error.ts';
import type { Scenario } from '../../fixtures/schema.ts';
import { readWorkload } from '../../sim/workload/ndjson.ts';
import type { Workload } from '../../sim/workload/workload.ts';
import { duration } from '../format.ts';
import { reason } from './complain.ts';

/** Requests that `mailsim workload` wrote. */
export interface Plan {
  readonly workload: Workload;
  /** Their mean rate in a measurement interval, per second. Throws an InputError where none arrives in it. */
  rateIn(warmupMs: number, measureMs: number): number;
}

/** Reads the plan that `--workload` names. Throws an InputError where the file is none. */
export function readPlan(scenario: Scenario, file: string): Plan {
  const path = `--workload ${file}`;
  const workload = readWorkload(scenario, linesOf(file, path), file);
  const times = workload.atMs.filter(Number.isFinite);
  return {
    workload,
    rateIn(warmupMs, measureMs) {
      const isMeasured = (atMs: number) => (atMs > warmupMs || warmupMs === 0) && atMs <= warmupMs + measureMs;
      const arrivals = times.filter(isMeasured).length;
      if (arrivals > 0) return (1000 * arrivals) / measureMs;
      const last = times.length === 0 ? '' : `, the last arrives at ${duration(times.at(-1)!)}`;
      const found = `no request in the measurement interval, which begins at ${duration(warmupMs)}${last}`;
      throw new InputError([{ path, found, allowed: 'requests in it: set --warmup and --measure' }]);
    },
  };
}

function linesOf(file: string, path: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    throw new InputError([{ path, found: reason(error), allowed: 'a file that `mailsim workload` wrote' }]);
  }
}
