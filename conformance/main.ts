import { InputError } from '../fixtures/input-error.ts';
import { createNodeLoop } from '../sim/node/node-loop.ts';
import { callbacksIn, difference } from './compare.ts';
import { measureNoise } from './measure-noise.ts';
import { playOnModel } from './model.ts';
import { pool } from './noise.ts';
import { type Options, readOptions, thisMachine } from './options.ts';
import { inParallel } from './parallel.ts';
import { familyOf, generate, nameOf } from './program.ts';
import { agrees, checkOnRealClock } from './real-clock.ts';
import { playOnRealClock } from './real-clock-node.ts';
import { startRealNode } from './real-node.ts';
import { loadRecordings, programsOf, record } from './recordings.ts';
import { noiseTable, realClockReport } from './report.ts';
import { recordTables } from './tables.ts';

/** The same random programs on real Node and on the model, compared callback by callback. */

const BAD_INPUT = 2;
const INTERRUPTED = 130;
const SHOWN = 10; // differences
const NOISE_SEED = 1_000_000_000; // beyond what can be asked for

async function compare({ programs, seed }: Options): Promise<void> {
  const node = startNode();
  let callbacks = 0;
  const differences: string[] = [];
  await inParallel(programs, async (i) => {
    const program = generate(seed + i, familyOf(seed + i));
    const real = await node.play(program);
    callbacks += callbacksIn(real.trace);
    const differs = difference(real, playOnModel(program, createNodeLoop));
    if (differs !== undefined) differences.push(`${nameOf(program)}: ${differs}`);
  });
  console.log(`Node ${process.version}: ${programs} programs, ${callbacks} callbacks compared, ${differences.length} programs differ`);
  for (const line of differences.slice(0, SHOWN)) console.log(line);
  if (differences.length > 0) process.exitCode = 1;
}

async function compareOnRealClock(options: Options): Promise<void> {
  const noises = await measureNoise(playOnRealClock, NOISE_SEED);
  console.log(noiseTable(pool(noises)));
  const result = await checkOnRealClock(options, noises, playOnRealClock);
  console.log(await realClockReport(result));
  for (const line of result.differences.slice(0, SHOWN)) console.log(line);
  if (!agrees(result)) process.exitCode = 1;
}

async function recordAll(): Promise<void> {
  await record(startNode().play);
  await recordTables(loadRecordings().families.flatMap(programsOf));
}

/** Stopped when this process ends, however it does. */
function startNode(): ReturnType<typeof startRealNode> {
  const node = startRealNode();
  process.once('exit', node.stop);
  return node;
}

const tasks = { compare, 'real-clock': compareOnRealClock, record: recordAll };

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));
// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  const options = readOptions(process.argv.slice(2), thisMachine());
  await tasks[options.task](options);
} catch (error) {
  if (error instanceof InputError) {
    console.error(`conformance: ${error.message}`);
    process.exitCode = BAD_INPUT;
  } else if (error instanceof Error && 'exitCode' in error) {
    process.exitCode = error.exitCode === 0 ? 0 : BAD_INPUT; // commander has said what is wrong
  } else {
    console.error(`conformance: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
