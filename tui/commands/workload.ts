import { setImmediate } from 'node:timers/promises';
import { finish, prepare } from '../../sim/experiments/simulate.ts';
import { settleWarmup, type Warmup } from '../../sim/experiments/warmup.ts';
import { writePlan } from '../../sim/workload/plan.ts';
import { drawWorkload } from '../../sim/workload/workload.ts';
import { untilInterrupted } from './interrupt.ts';
import { openOutput } from './open-output.ts';
import type { Options } from './options.ts';
import { tellUnwritten } from './output.ts';

const LINES_A_PIECE = 1000;

/** `mailsim workload`: the run that `mailsim run` would make of the same options, as a plan. */
export async function workloadCommand(options: Options): Promise<void> {
  const { scenario, seed, rates, out } = options;
  const ratePerSecond = rates[0]!;
  const warmup = await warmupOf(options);
  const workload = drawWorkload(scenario);
  workload.restart(`${seed}/0`, ratePerSecond);
  const lines = writePlan({ seed, ratePerSecond, warmup, scenario }, workload);
  let interrupted = false;
  await untilInterrupted(
    () => writePieces(lines, out, () => interrupted),
    () => (interrupted = true),
  );
}

/** What the run leaves out; a pilot run finds it, as it does for the run itself. */
async function warmupOf({ scenario, seed, rates }: Options): Promise<Warmup> {
  const warmup = await settleWarmup(scenario, async (measureMs, seriesMs) => {
    const run = prepare(scenario);
    return finish(run({ seed, replication: 0, ratePerSecond: rates[0]!, warmupMs: 0, measureMs, batches: 1, seriesMs })).series;
  });
  return warmup!; // null only of a pilot run that was stopped
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
