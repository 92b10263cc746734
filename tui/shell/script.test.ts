import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../testing.ts';
import { scriptOf } from './script.ts';

const COMMAND = "mailsim run --scenario mine.json --rate 50 --measure 1s --warmup 0ms --set 'name=it'\\''s mine'";
const GONE = { node: '/nowhere/node', main: '/nowhere/main.js' };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mailsim it's a script "));
  writeFileSync(join(folder, 'mine.json'), '{ "name": "mine" }');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What comes of a script that is run from another folder, with these folders on the path. */
function run(script: string, ...onPath: readonly string[]) {
  const file = join(folder, 'script.sh');
  writeFileSync(file, script);
  return spawnSync('sh', [file], { encoding: 'utf8', cwd: '/', env: { PATH: [...onPath, '/usr/bin', '/bin'].join(':') } });
}

test('a script runs in a checkout, where no mailsim is on the path', () => {
  const { stdout, stderr, status } = run(scriptOf(COMMAND, '0.1.0', { node: process.execPath, main }));
  expect({ stderr, status }).toEqual({ stderr: expect.not.stringContaining('not found'), status: 0 });
  expect(stdout).toMatch(/^it's mine: 5 pods × 50 workers/);
});

test('where the program is not that wrote it, a script runs the one that is installed', () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'mailsim'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
  const { stdout, status } = run(scriptOf(COMMAND, '0.1.0', GONE), bin);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^it's mine: /);
});

test('where neither is, it says what is missing and fails', () => {
  const { stderr, status } = run(scriptOf(COMMAND, '0.1.0', GONE));
  expect(status).toBe(127);
  expect(stderr).toMatch(/mailsim: (command )?not found/);
});

test('bad input is as bad as elsewhere', () => {
  expect(run(scriptOf('mailsim run --rate x', '0.1.0', { node: process.execPath, main })).status).toBe(2);
});
