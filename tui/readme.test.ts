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

test('the picture of a run is a golden frame', () => {
  const frame = readFileSync(join(root, 'tui/screens/golden/inside-80x24.txt'), 'utf8').replace(/ +$/gm, '');
  expect(readFileSync(file, 'utf8')).toContain(frame);
});

test('the picture of the sweep has the figures of the example', () => {
  const [, , shown] = examples.find(([, line]) => line === `${prefix}sweep --rates 800..1200:200`)!;
  const rowOf = (text: string, rate: string) => new RegExp(`^[ ▶▲]*${rate} .*`, 'm').exec(text)![0].match(/[<±]?[\d.,]+/g)!;
  const [picture] = /```text\n (mailsim {2})?naive[^`]*/.exec(readFileSync(file, 'utf8'))!;
  for (const rate of ['800', '1000', '1200']) {
    const [, ...figures] = rowOf(shown!, rate);
    const [, ...row] = rowOf(picture!, rate);
    expect(figures).toEqual(expect.arrayContaining(row));
    expect(row).toHaveLength(9);
  }
});

test.each(examples.map(([, line, shown]) => [line!, shown!]))('%s', (line, shown) => {
  expect(line.startsWith(prefix)).toBe(true);
  const script = line.replaceAll(prefix, () => `'${process.execPath}' '${join(root, 'dist/tui/main.js')}' `);
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' });
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
