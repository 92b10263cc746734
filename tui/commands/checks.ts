import { totalmem } from 'node:os';
import type { InputFault } from '../../fixtures/input-error.ts';
import { type Cost, costOf } from '../../sim/experiments/cost.ts';
import { duration, grouped, significant } from '../format.ts';
import type { Options } from './options.ts';
import { unplayable } from './real-options.ts';

/** What is wrong with options for one command, of options that are right for themselves. */
export type Check = (options: Options) => readonly InputFault[];

export const checkSweep: Check = (options) => tooDear(costOf(options.scenario, { ...options, single: false }));

export const checkRun: Check = (options) => {
  const { scenario, effort, raw } = options;
  const single = 'replications' in effort && effort.replications === 1;
  const idle = single && raw.threads !== undefined;
  return [
    ...tooDear(costOf(scenario, { ...options, single })),
    ...(idle ? [{ path: '--threads', found: 'a single run, which has one', allowed: 'with --replications above 1' }] : []),
  ];
};

/** Of a plan no run is kept, and its pilot run is a single one. */
export const checkWorkload: Check = (options) => tooDear(costOf(options.scenario, { ...options, single: true }));

const MOST_PLAYED = 5_000_000; // requests, each with its record in memory

export const checkLoad: Check = (options) => {
  const { requestsARun } = costOf(options.scenario, { ...options, single: true });
  return [...unplayable(options.scenario), ...(requestsARun > MOST_PLAYED ? [tooMany(requestsARun, MOST_PLAYED)] : [])];
};

const MOST_REQUESTS = 2e9; // counters of whole numbers have 31 bits
const MOST_EVENTS = 1e13; // ten days of one thread
const EVENTS_A_SECOND = 12e6; // of one thread

/** Of this machine, or of what this process may have of it, bytes. */
const memory = (): number => Math.min(totalmem(), process.constrainedMemory() || Infinity);

/** A fault for each way in which something takes more than can be had. */
export function tooDear({ requestsARun, events, bytes }: Cost, most = memory()): InputFault[] {
  const gib = (n: number) => `${significant(n / 2 ** 30, 3)} GiB of memory`;
  return [
    ...(requestsARun > MOST_REQUESTS ? [tooMany(requestsARun, MOST_REQUESTS)] : []),
    ...(events > MOST_EVENTS
      ? [
          {
            path: 'all runs',
            found: `about ${significant(events, 2)} events, ${duration((1000 * events) / EVENTS_A_SECOND)} in one thread`,
            allowed: `at most 1e13: lower or fewer rates, shorter or fewer runs`,
          },
        ]
      : []),
    ...(bytes > most
      ? [
          {
            path: 'all threads',
            found: `about ${gib(bytes)}`,
            allowed: `at most ${gib(most)}, all that there is: fewer pods, connections, spans of the series, threads, rates or replications`,
          },
        ]
      : []),
  ];
}

function tooMany(requests: number, most: number): InputFault {
  return {
    path: 'one run',
    found: `about ${significant(requests, 2)} requests`,
    allowed: `at most ${grouped(most)}: a lower rate or a shorter run`,
  };
}
