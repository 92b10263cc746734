import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The command as it is built. */

const main = join(import.meta.dirname, '../dist/conformance/main.js');

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('bad input and a missing compiler: one message with every fault, exit code 2, no stack trace', () => {
  const { status, stdout, stderr } = run(['--programs', 'many', '--fast'], { PATH: '/nowhere' });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toEqual([
    'conformance: 3 faults in the input:',
    '  --fast: found an option that does not exist, allowed: the options that --help lists',
    '  --programs: found "many", allowed: a whole number from 1 to 1000000',
    '  gcc: found no such command, allowed: gcc on Linux, for virtual time; --real-clock needs none',
  ]);
});

test('help is no fault', () => {
  expect(run(['--help'])).toMatchObject({ status: 0, stderr: '' });
});
