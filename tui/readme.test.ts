import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The README's examples: each command is run, and what it prints is what the README shows. `UPDATE_README=1` writes it anew. */

const root = join(import.meta.dirname, '..');
const file = join(root, 'README.md');
const prefix = 'npm run -s mailsim -- ';
const examples = [...readFileSync(file, 'utf8').matchAll(/```console\n\$ (.+)\n([^`]*)```/g)];

test('there are examples of every command', () => {
  for (const command of ['sweep', 'run', 'workload'])
    expect(examples.some(([, line]) => line?.startsWith(`${prefix}${command}`))).toBe(true);
});

test.each(examples.map(([, line, shown]) => [line!, shown!]))('%s', (line, shown) => {
  expect(line.startsWith(prefix)).toBe(true);
  const args = line
    .slice(prefix.length)
    .match(/'[^']*'|\S+/g)!
    .map((word) => word.replaceAll("'", ''));
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'dist/tui/main.js'), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  const printed = status === 2 ? stderr : stdout; // bad input is told on stderr
  if (process.env['UPDATE_README']) {
    const readme = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      readme.replace(`$ ${line}\n${shown}`, () => `$ ${line}\n${printed}`),
    );
  } else {
    expect(printed).toBe(shown);
  }
});
