import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createNodeLoop } from '../sim/node/node-loop.ts';
import { callbacksIn, difference } from './compare.ts';
import { playOnModel } from './model.ts';
import { generate } from './program.ts';
import { startRealNode } from './real-node.ts';
import { record } from './recordings.ts';

/** The same random programs on real Node and on the model, compared callback by callback; --record writes the recordings anew. */

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    io: { type: 'boolean', default: false },
    esm: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
const SHOWN = 10; // differences

const node = startRealNode();

async function compare(): Promise<void> {
  const family = { io: values.io, module: values.esm };
  const first = Number(values.seed);
  const last = first + Number(values.programs) - 1;
  let next = first;
  let callbacks = 0;
  const differences: string[] = [];
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      while (next <= last) {
        const program = generate(next++, family);
        const real = await node.play(program);
        callbacks += callbacksIn(real);
        const differs = difference(real, playOnModel(program, createNodeLoop));
        if (differs !== undefined) differences.push(`seed ${program.seed}: ${differs}`);
      }
    }),
  );
  const programs = last - first + 1;
  console.log(`Node ${process.version}: ${programs} programs, ${callbacks} callbacks compared, ${differences.length} programs differ`);
  for (const line of differences.slice(0, SHOWN)) console.log(line);
  if (differences.length > 0) process.exitCode = 1;
}

try {
  if (values.record) await record(node.play);
  else await compare();
} finally {
  node.stop();
}
