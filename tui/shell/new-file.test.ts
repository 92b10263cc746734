import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemReason } from '../commands/complain.ts';
import { writeNewFile } from './new-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailsim-new-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('nothing is ever written over', () => {
  writeFileSync(join(folder, 'sweep.json'), 'mine');
  expect(writeNewFile(folder, 'sweep', 'json', 'first')).toBe('sweep-2.json');
  expect(writeNewFile(folder, 'sweep', 'json', 'second')).toBe('sweep-3.json');
  expect(readFileSync(join(folder, 'sweep.json'), 'utf8')).toBe('mine');
  expect(readFileSync(join(folder, 'sweep-2.json'), 'utf8')).toBe('first');
});

test('a folder that is not there is told of', () => {
  let reason = '';
  try {
    writeNewFile(join(folder, 'nowhere'), 'sweep', 'json', '');
  } catch (error) {
    reason = systemReason(error);
  }
  expect(reason).toBe('no such file or directory');
});
