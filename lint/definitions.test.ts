import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The first cells of the rows of the table under a heading. */
function rowsUnder(heading: string): string[] {
  const section = read('ARCHITECTURE.md').split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  return [...section.matchAll(/^\| (.+?) +\|/gm)].map(([, cell]) => cell!).slice(2);
}

test('each definition of the table "Ties and edges" has a test of its name, and each test its definition', () => {
  const tests = [...read('sim/definitions.test.ts').matchAll(/^test\('(.+?)'/gm)].map(([, name]) => name!);
  expect(tests.length).toBeGreaterThan(15);
  expect(rowsUnder('Ties and edges')).toEqual(tests);
});
