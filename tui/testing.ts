import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { AS_BEFORE, type ProgramSurroundings, spawnInShell, type TerminalSize } from './terminal/testing.ts';

// What the tests of the app share: the built program in a pseudo-terminal. `npm test` has built it.

export const main = join(import.meta.dirname, '../dist/tui/main.js');
export const SMALL: TerminalSize = { cols: 80, rows: 24 };
export const SIZES: readonly TerminalSize[] = [SMALL, { cols: 120, rows: 40 }, { cols: 200, rows: 60 }];
export const ESCAPE = '\x1b';
const RATES = ['--rates', '300..1500:300'];
export const SHORT = [...RATES, '--replications', '3', '--measure', '4s', '--warmup', '1s', '--threads', '2'];
export const ENDLESS = [...RATES, '--replications', '2000', '--threads', '2'];
/** The head of a sweep that has ended: how many runs it took, and how long. */
export const ENDED = /^ .* [\d,]+ runs .*[\d.]+ m?s *\n/;

export type App = ReturnType<typeof spawnInShell>;

export async function isAsBefore(app: App): Promise<void> {
  expect(await app.left()).toEqual({ exitCode: 0, ...AS_BEFORE });
}

/** A folder for the tests of a file, gone after them, and the app in it. */
export function inFolder(name: string) {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), `mailsim-${name}-`));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    /** Of a file in it, or its own. */
    path: (file = '') => join(folder, file),
    open: (
      args: readonly string[],
      size = SMALL,
      env: Readonly<Record<string, string>> = {},
      surroundings: Pick<ProgramSurroundings, 'answers' | 'background'> = {},
    ): App => spawnInShell(process.execPath, [main, 'screen', ...args], { ...size, env, cwd: folder, ...surroundings }),
  };
}
