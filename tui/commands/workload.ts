import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { statedWarmup, warmupFloor } from '../../sim/experiments/warmup.ts';
import { writeWorkload } from '../../sim/workload/ndjson.ts';
import { drawWorkload } from '../../sim/workload/workload.ts';
import type { Options } from './options.ts';

const LINES_A_PIECE = 1000;

/** `mailsim workload`: the requests of a run as NDJSON, from its start through warm-up and measurement interval. */
export async function workloadCommand({ scenario, seed, rates, out }: Options): Promise<void> {
  const warmupMs = statedWarmup(scenario)?.ms ?? warmupFloor(scenario);
  const workload = drawWorkload(scenario);
  workload.restart(`${seed}/0`, rates[0]!);
  const text = Readable.from(pieces(writeWorkload(scenario, workload, warmupMs + scenario.run.measureMs)));
  await pipeline(text, out === null ? process.stdout : createWriteStream(out));
}

function* pieces(lines: Iterable<string>): Generator<string> {
  let piece = '';
  let count = 0;
  for (const line of lines) {
    piece += `${line}\n`;
    if (++count % LINES_A_PIECE === 0) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}
