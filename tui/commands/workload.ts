import { setImmediate } from 'node:timers/promises';
import { statedWarmup, warmupFloor } from '../../sim/experiments/warmup.ts';
import { writeWorkload } from '../../sim/workload/ndjson.ts';
import { drawWorkload } from '../../sim/workload/workload.ts';
import { untilInterrupted } from './interrupt.ts';
import { openOutput } from './open-output.ts';
import type { Options } from './options.ts';
import { tellUnwritten } from './output.ts';

const LINES_A_PIECE = 1000;

/** `mailsim workload`: the requests of a run as NDJSON, from its start through warm-up and measurement interval. */
export async function workloadCommand({ scenario, seed, rates, out }: Options): Promise<void> {
  const warmupMs = statedWarmup(scenario)?.ms ?? warmupFloor(scenario);
  const workload = drawWorkload(scenario);
  workload.restart(`${seed}/0`, rates[0]!);
  const lines = writeWorkload(scenario, workload, warmupMs + scenario.run.measureMs);
  let interrupted = false;
  await untilInterrupted(
    () => writePieces(lines, out, () => interrupted),
    () => (interrupted = true),
  );
}

/** Writes lines as they come, whole or not at all: of an output that fails or is interrupted nothing is left. */
async function writePieces(lines: Iterable<string>, out: string | null, interrupted: () => boolean): Promise<void> {
  const output = openOutput(out);
  try {
    for (const piece of pieces(lines)) {
      output.write(piece);
      await setImmediate(); // lets Ctrl-C through
      if (interrupted()) return output.discard();
    }
    output.keep();
  } catch (error) {
    output.discard();
    tellUnwritten(out, error);
  }
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
