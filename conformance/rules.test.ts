import { expect, test } from 'vitest';
import { mutations } from './mutations.ts';
import { loadRecordings, programsOf } from './recordings.ts';
import { actsOf, noticesOf, RULES } from './rules.ts';
import { coverageTable, loadTable, mutationTable } from './tables.ts';

/** That the recorded programs see every rule; replay.test.ts shows that the whole model plays them as Node did. */

const programs = loadRecordings().families.flatMap(programsOf);

test('every rule acts at least 100 times', async () => {
  const acts = await actsOf(programs);
  for (const rule of RULES) expect(acts[rule - 1], `rule ${rule}`).toBeGreaterThanOrEqual(100);
  expect(coverageTable(acts)).toBe(loadTable('coverage'));
});

test('every rule is broken by some mutation', () => {
  expect([...new Set(mutations.map(({ rule }) => rule))]).toEqual(RULES);
});

test('every rule broken on purpose is noticed', async () => {
  const notices = await noticesOf(programs);
  for (const it of notices) expect.soft(it.programs, `rule ${it.rule}: ${it.breaks}`).toBeGreaterThan(0);
  expect(mutationTable(notices, programs.length)).toBe(loadTable('mutations'));
});
