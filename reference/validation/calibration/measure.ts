import { setTimeout as pause } from 'node:timers/promises';
import type { Scenario } from '../../../fixtures/schema.ts';
import { playLoad } from '../../harness/play.ts';
import { readCounters } from '../../harness/pod-counters.ts';
import type { World } from '../../harness/world.ts';
import { planRequests } from '../../load/plan.ts';
import type { Summary } from '../../load/record.ts';
import { attribute, type Callback, type Found } from './attribution.ts';
import { excesses, type StepName } from './excess.ts';
import type { Ends } from './fit.ts';
import { type Recording, readEvents } from './recording.ts';

/** The module that a pod loads to be recorded. */
export const probe = new URL('./probe', import.meta.url);

export interface PlaySpec {
  readonly ratePerSecond: number;
  readonly seed: string;
  /** With the hooks on; without them the pod is what it is in production. */
  readonly recorded: boolean;
  readonly scenario: Scenario;
  readonly warmupMs: number;
  readonly measureMs: number;
}

/** What a play showed of the one pod, in its measurement interval. */
export interface Measured {
  readonly spec: PlaySpec;
  /** Of the loop, as the pod's own counters have it, and the CPU time of its whole process. */
  readonly activeMs: number;
  readonly cpuMs: number;
  readonly utilisation: number;
  /** Of the whole machine. */
  readonly idleShare: number;
  /** Of the whole play. */
  readonly outcomes: Summary['outcomes'];
  readonly ends: Ends;
  readonly recorded: Recorded | null;
}

export interface Recorded {
  readonly callbacks: readonly Callback[];
  /** How many of each callback there were in the whole play, from the first request to the last answer. */
  readonly numbers: ReadonlyMap<Found, number>;
  readonly excesses: Readonly<Record<StepName, readonly number[]>>;
}

/** Plays a workload against a world with one pod that has loaded the probe. */
export async function measure(world: World, spec: PlaySpec): Promise<Measured> {
  const { scenario, seed, ratePerSecond, warmupMs, measureMs } = spec;
  const [pod] = world.pods;
  if (spec.recorded) await world.during(pod!.ask('start'));
  const options = { scenario, seed, ratePerSecond, stretch: 1, warmupMs, measureMs, batches: 1, workload: null };
  const { summary, records, readings, idleShare } = await playLoad(world, options);
  const recording = spec.recorded ? ((await world.during(pod!.ask('stop'))) as Recording) : null;

  const [begin, end] = [readings[0]!, readings[1]!];
  const spent = (seconds: 'loopActiveSeconds' | 'loopIdleSeconds' | 'cpuSeconds') =>
    (end.pods[0]![seconds] - begin.pods[0]![seconds]) * 1000;
  const ended = (outcome: keyof Ends) =>
    records.filter((record) => record.outcome === outcome && record.doneMs! >= begin.atMs && record.doneMs! < end.atMs).length;
  return {
    spec,
    activeMs: spent('loopActiveSeconds'),
    cpuMs: spent('cpuSeconds'),
    utilisation: spent('loopActiveSeconds') / (spent('loopActiveSeconds') + spent('loopIdleSeconds')),
    idleShare,
    outcomes: summary.outcomes,
    ends: { sent: ended('sent'), timedOut: ended('timedOut'), statusAnswered: ended('statusAnswered'), rejected: ended('rejected') },
    recorded: recording && recorded(recording),
  };

  function recorded({ rows, ids, collections }: Recording): Recorded {
    const { startedAtMs } = summary;
    const all = attribute(readEvents({ rows, ids }), collections);
    const numbers = new Map<Found, number>();
    for (const { name } of all) numbers.set(name, (numbers.get(name) ?? 0) + 1);
    const plan = planRequests({ scenario, seed, ratePerSecond, file: null }, warmupMs + measureMs);
    const within = ({ atMs }: { readonly atMs: number }) => atMs >= startedAtMs + begin.atMs && atMs < startedAtMs + end.atMs;
    return {
      callbacks: all.filter(within),
      numbers,
      excesses: excesses(all, { scenario, plan, records, startedAtMs }),
    };
  }
}

/** Active time of the pod's loop that no request causes, ms a second. */
export async function measureBackground({ pods: [pod] }: World, forMs: number): Promise<number> {
  const begin = await readCounters(pod!);
  const beganMs = performance.now();
  await pause(forMs);
  const end = await readCounters(pod!);
  return ((end.loopActiveSeconds - begin.loopActiveSeconds) * 1000) / ((performance.now() - beganMs) / 1000);
}
