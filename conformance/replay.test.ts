import { expect, test } from 'vitest';
import { createNodeLoop } from '../sim/node/node-loop.ts';
import { difference } from './compare.ts';
import { playOnModel } from './model.ts';
import { digest, loadRecordings, programsOf } from './recordings.ts';

/** What the pinned Node did, kept in golden/recordings.json, done again by the model. Digests hold every time to the nanosecond. */

const { families } = loadRecordings();

test('enough is recorded: programs without I/O, with I/O, and with an ES module as main', () => {
  const recorded = (belongs: (family: (typeof families)[number]) => boolean): number =>
    families.filter(belongs).reduce((sum, { programs }) => sum + programs.length, 0);
  expect(recorded(({ io, module }) => !io && !module)).toBeGreaterThanOrEqual(500);
  expect(recorded(({ io, module }) => io && !module)).toBeGreaterThanOrEqual(500);
  expect(recorded(({ module }) => module)).toBeGreaterThanOrEqual(150);
});

test.each(families)('the model does what Node did, I/O $io, ES module $module', (family) => {
  const programs = programsOf(family);
  for (const [at, expected] of family.full.entries()) {
    expect(difference(expected, playOnModel(programs[at]!, createNodeLoop)), `seed ${programs[at]!.seed}`).toBeUndefined();
  }
  const differing = programs.filter((program, at) => digest(playOnModel(program, createNodeLoop)) !== family.programs[at]![1]);
  expect(differing.map(({ seed }) => seed)).toEqual([]);
});
