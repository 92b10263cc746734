import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Scenario } from '../../fixtures/schema.ts';
import { changesOf } from '../isps/faults.ts';
import { forkLoad } from '../load/load.ts';
import type { LoadRecord, Summary } from '../load/record.ts';
import { now } from './alarm-thread.ts';
import { watchMachine } from './machine.ts';
import { type PodCounters, readCounters } from './pod-counters.ts';
import type { RowCounts } from './tables.ts';
import type { World } from './world.ts';

export interface PlayOptions {
  readonly scenario: Scenario;
  /** Names the run, as in the model: '42/0'. */
  readonly seed: string;
  readonly ratePerSecond: number;
  readonly stretch: number;
  /** Model time, as all that follows. */
  readonly warmupMs: number;
  readonly measureMs: number;
  /** Parts of the measurement interval at whose ends the pods' counters are read. */
  readonly batches: number;
  /** A workload that was written, NDJSON; drawn where it is null. */
  readonly workload: string | null;
}

/** The counters of all pods at an instant, real ms from the start of the play. */
export interface Reading {
  readonly atMs: number;
  readonly pods: readonly PodCounters[];
}

/** What came of a play. */
export interface Played {
  readonly summary: Summary;
  readonly records: readonly LoadRecord[];
  /** At the beginning of the measurement interval and at the end of each batch. */
  readonly readings: readonly Reading[];
  /** The table when every request had ended. */
  readonly rows: RowCounts;
  /** Share of the machine's CPU time in the measurement interval that nobody used. */
  readonly idleShare: number;
}

const LEAD_MS = 300; // from the word to the first request

/** Plays a workload against the world's balancer and waits until every request has ended. */
export async function playLoad(world: World, options: PlayOptions, told: (share: number) => void = () => {}): Promise<Played> {
  const { stretch, warmupMs, measureMs, batches } = options;
  const recordsFile = join(world.directory, 'records.ndjson');
  const over = new AbortController();
  try {
    return await world.during(play());
  } finally {
    over.abort(); // nothing goes on if the play breaks off
    rmSync(recordsFile, { force: true });
  }

  async function play(): Promise<Played> {
    const load = await forkLoad(world.processes, {
      target: world.url,
      scenario: options.scenario,
      seed: options.seed,
      ratePerSecond: options.ratePerSecond,
      untilMs: warmupMs + measureMs,
      stretch,
      workload: options.workload,
      records: recordsFile,
    });
    const startAtMs = now() + LEAD_MS;
    const [summary, { readings, idleShare }] = await Promise.all([load.play(startAtMs), watch(startAtMs), injectFaults(startAtMs)]);
    await load.stop();
    const rows = await world.countRows();
    const records = readFileSync(recordsFile, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LoadRecord);
    return { summary, records, readings, rows, idleShare };
  }

  /** Waits for an instant of the play, ms of model time. */
  async function until(startAtMs: number, modelMs: number, told: () => void = () => {}): Promise<void> {
    for (let left = startAtMs + modelMs * stretch - now(); left > 0; left = startAtMs + modelMs * stretch - now()) {
      told();
      await pause(Math.min(left, 500), undefined, { signal: over.signal });
    }
  }

  async function watch(startAtMs: number) {
    const tell = () => told(Math.max(0, now() - startAtMs) / ((warmupMs + measureMs) * stretch));
    const read = async (): Promise<Reading> => ({ atMs: now() - startAtMs, pods: await Promise.all(world.pods.map(readCounters)) });
    await until(startAtMs, warmupMs, tell);
    const machine = watchMachine();
    const readings = [await read()];
    for (let batch = 1; batch <= batches; batch++) {
      await until(startAtMs, warmupMs + (measureMs * batch) / batches, tell);
      readings.push(await read());
    }
    return { readings, idleShare: machine.idleShare() };
  }

  /** Begins and ends the scenario's faults at their instants, as far as requests arrive. */
  async function injectFaults(startAtMs: number): Promise<void> {
    const changes = changesOf(options.scenario.faults).filter(({ atMs }) => atMs <= warmupMs + measureMs);
    for (const { fault, begins, atMs } of changes) {
      await until(startAtMs, atMs);
      await world.isps.change(fault, begins);
    }
  }
}
