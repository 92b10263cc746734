import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Type, { type Static } from 'typebox';
import { scenarioSchema } from '../../fixtures/schema.ts';
import { createAlarm } from '../harness/alarm.ts';
import type { Running } from '../harness/child.ts';
import { loopbackUrl } from '../harness/loopback.ts';
import type { Process, Processes } from '../harness/processes.ts';
import { createClient } from './client.ts';
import { type Play, type Progress, play } from './generator.ts';
import { planRequests } from './plan.ts';
import type { LoadRecord, Summary } from './record.ts';

const nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { default: null, description });

export const optionsSchema = Type.Object(
  {
    target: Type.String({ description: 'The URL of the service: plain HTTP on loopback.' }),
    scenario: scenarioSchema,
    seed: Type.String({ default: '1/0', description: 'Names the run, as in the model.' }),
    ratePerSecond: Type.Number({ exclusiveMinimum: 0, description: 'Model time.' }),
    untilMs: Type.Number({ minimum: 0, description: 'The requests up to this instant of model time are made.' }),
    stretch: Type.Number({ exclusiveMinimum: 0, default: 1, description: 'Real time ÷ model time.' }),
    workload: nullable('A file that holds the workload, NDJSON; drawn where it is null.'),
    records: nullable('A file for the records, NDJSON.'),
    startWithinMs: Type.Number({ exclusiveMinimum: 0, default: 500, description: 'Real time; a request that is later is dropped.' }),
  },
  { additionalProperties: false },
);
export type LoadOptions = Static<typeof optionsSchema>;

/** What the generator's process can be asked. The start is an instant of the machine's monotonic clock, ms; where it is left out, at once. */
export type LoadQuestion = { readonly kind: 'play'; readonly startAtMs?: number } | { readonly kind: 'progress' };

export interface LoadListening {
  /** Requests of the plan. */
  readonly planned: number;
}

const SPARE_MS = 30_000; // real time, beyond the longest that an answer is planned to take

/** The load generator: plans all requests, then plays them once when it is asked to. */
export async function startLoad(options: LoadOptions): Promise<Running & { readonly listening: LoadListening }> {
  const { target, scenario, seed, ratePerSecond, untilMs, stretch, workload, startWithinMs } = options;
  const url = loopbackUrl(target);
  const plan = planRequests({ scenario, seed, ratePerSecond, file: workload }, untilMs);
  const faultsMs = scenario.faults.reduce((total, { forMs }) => total + forMs, 0);
  const client = createClient(url, startWithinMs, (scenario.smtp.timeoutMs + faultsMs) * stretch + SPARE_MS);
  const alarm = await createAlarm();
  let playing: Play | null = null;

  async function begin(startAtMs = alarm.now()): Promise<Summary> {
    if (playing) throw new Error('it plays already');
    playing = play(plan, client, alarm, { stretch, startAtMs, startWithinMs });
    const { records, summary } = await playing.ended;
    if (options.records !== null) await pipeline(Readable.from(lines(records)), createWriteStream(options.records));
    return summary;
  }

  return {
    listening: { planned: plan.length },
    answer(question): Progress | Promise<Summary> {
      const asked = question as LoadQuestion;
      if (asked.kind === 'play') return begin(asked.startAtMs);
      return playing?.progress() ?? { planned: plan.length, begun: 0, done: 0 };
    },
    async stop() {
      await alarm.close();
      await client.close();
    },
  };
}

const LINES_A_PIECE = 1000;

function* lines(records: readonly LoadRecord[]): Generator<string> {
  for (let i = 0; i < records.length; i += LINES_A_PIECE)
    yield records
      .slice(i, i + LINES_A_PIECE)
      .map((record) => `${JSON.stringify(record)}\n`)
      .join('');
}

/** The generator's process, as its parent sees it. */
export interface LoadProcess extends Process<LoadListening> {
  /** Plays the plan, from an instant of the machine's monotonic clock on, ms, or at once; resolves when every request has ended and is recorded. */
  play(startAtMs?: number): Promise<Summary>;
  progress(): Promise<Progress>;
}

export async function forkLoad(processes: Processes, options: unknown): Promise<LoadProcess> {
  const process = await processes.start<LoadListening>({ name: 'load', module: new URL('./main', import.meta.url), options });
  const ask = (question: LoadQuestion) => process.ask(question);
  return {
    ...process,
    play: (startAtMs) => ask({ kind: 'play', ...(startAtMs === undefined ? {} : { startAtMs }) }) as Promise<Summary>,
    progress: () => ask({ kind: 'progress' }) as Promise<Progress>,
  };
}
