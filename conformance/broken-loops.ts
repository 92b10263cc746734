import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CreateLoop } from './model.ts';

/** Copies of sim/node with changes in their source, for tests: rules broken on purpose, and rules that count how often they act. */

const SOURCE = 'sim/node'; // of the checkout: patches are to what is written
const RULE = /^ *\/\/ rule (\d+) .*$/gm;
const MAX_ACTS = 20_000; // of rules in one program, many times what a whole loop needs

let copies = 0;

/** One replacement in a file of sim/node; the text must stand there exactly once. */
export type Edit = readonly [file: string, from: string, to: string];

/** A copy with its source changed; `acted` is told whenever the statement below a comment '// rule n' runs. */
async function load(change: (file: string, source: string) => string, acted: (rule: number) => void): Promise<CreateLoop> {
  const folder = mkdtempSync(join(tmpdir(), 'mailsim-loop-'));
  const name = `acted${++copies}`;
  Object.assign(globalThis, { [name]: acted });
  try {
    for (const file of readdirSync(SOURCE).filter((it) => !it.endsWith('.test.ts'))) {
      const source = change(file, readFileSync(join(SOURCE, file), 'utf8'));
      writeFileSync(join(folder, file), source.replace(RULE, `globalThis.${name}($1);`));
    }
    const copy = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'node-loop.ts')).href)) as { createNodeLoop: CreateLoop };
    return copy.createNodeLoop;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A broken loop may turn for ever; this one then throws. */
export async function brokenLoop(edits: readonly Edit[]): Promise<CreateLoop> {
  for (const [file, from] of edits) {
    const places = readFileSync(join(SOURCE, file), 'utf8').split(from).length - 1;
    if (places !== 1) throw new Error(`${file} holds ${places} times: ${from}`);
  }
  let left = 0;
  const createLoop = await load(
    (file, source) => edits.filter(([of]) => of === file).reduce((text, [, from, to]) => text.replace(from, () => to), source),
    () => {
      if (--left < 0) throw new RangeError('the broken loop does not end');
    },
  );
  return (startNs, hooks) => {
    left = MAX_ACTS;
    return createLoop(startNs, hooks);
  };
}

/** A loop that counts how often each rule acts. */
export async function countingLoop(): Promise<{ createLoop: CreateLoop; counts: Map<number, number> }> {
  const counts = new Map<number, number>();
  const createLoop = await load(
    (_, source) => source,
    (rule) => counts.set(rule, (counts.get(rule) ?? 0) + 1),
  );
  return { createLoop, counts };
}
