import { expect, test } from 'vitest';
import { createNodeLoop } from '../sim/node/node-loop.ts';
import { brokenLoop, type CreateLoop, countingLoop } from './broken-loops.ts';
import { playOnModel } from './model.ts';
import { mutations } from './mutations.ts';
import type { Program } from './program.ts';
import { digest, loadRecordings, programsOf } from './recordings.ts';

/** That the recorded programs see every rule: how often each acts in them, and how many of them notice when it is broken. */

const RULES = Array.from({ length: 20 }, (_, i) => i + 1);
const families = loadRecordings().families.map((family) => ({
  digests: family.programs.map(([, it]) => it),
  programs: programsOf(family),
}));
const programs = families.flatMap((family) => family.programs);
const digests = families.flatMap((family) => family.digests);
const orders = programs.map((program) => order(program, createNodeLoop));

function order(program: Program, createLoop: CreateLoop): string {
  return playOnModel(program, createLoop)
    .trace.filter((_, at) => at % 3 === 0)
    .join(' ');
}

/** How many recorded programs a broken loop plays otherwise than Node; a program that it cannot finish counts as both. */
function noticed(createLoop: CreateLoop): { programs: number; inOrder: number } {
  let different = 0;
  let inOrder = 0;
  for (const [at, program] of programs.entries()) {
    try {
      if (digest(playOnModel(program, createLoop)) === digests[at]) continue;
      if (order(program, createLoop) !== orders[at]) inOrder++;
    } catch {
      inOrder++;
    }
    different++;
  }
  return { programs: different, inOrder };
}

test('every rule acts at least 100 times', async () => {
  const { createLoop, counts } = await countingLoop();
  for (const program of programs) playOnModel(program, createLoop);
  for (const rule of RULES) expect(counts.get(rule) ?? 0, `rule ${rule}`).toBeGreaterThanOrEqual(100);
  const table = RULES.map((rule) => `rule ${String(rule).padStart(2)} acts ${String(counts.get(rule)).padStart(7)} times`);
  await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('golden/coverage.txt');
});

test('every rule is broken by some mutation', () => {
  expect([...new Set(mutations.map(({ rule }) => rule))]).toEqual(RULES);
});

test('every rule broken on purpose is noticed', async () => {
  const table: string[] = [`of ${programs.length} recorded programs notice it, by order alone`];
  for (const { rule, breaks, edits } of mutations) {
    const count = noticed(await brokenLoop(edits));
    table.push(`${String(count.programs).padStart(5)} ${String(count.inOrder).padStart(5)}  rule ${String(rule).padStart(2)}: ${breaks}`);
    expect.soft(count.programs, `rule ${rule}: ${breaks}`).toBeGreaterThan(0);
  }
  await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('golden/mutations.txt');
});
