import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Observation } from './model.ts';
import { MAX_HANDLES, type Program } from './program.ts';
import { mainFile } from './real/main-file.ts';

const run = promisify(execFile);
const HANGS_MS = 60_000;

/** Compiles the library that makes time virtual (Linux with gcc). `play` runs a program on the Node that runs this. */
export function startRealNode() {
  const folder = mkdtempSync(join(tmpdir(), 'mailsim-conformance-'));
  const library = join(folder, 'virtual-time.so');
  const source = fileURLToPath(new URL('../../conformance/real/virtual-time.c', import.meta.url)); // of the checkout: this is compiled
  execFileSync('gcc', ['-O2', '-Wall', '-shared', '-fPIC', '-o', library, source, '-ldl']);

  async function play(program: Program): Promise<Observation> {
    const { stdout } = await run(process.execPath, [mainFile(program)], {
      timeout: HANGS_MS,
      env: {
        LD_PRELOAD: library,
        VIRTUAL_START: String(program.startNs),
        VIRTUAL_PIPES: String(MAX_HANDLES),
        PROGRAM: JSON.stringify(program),
      },
    });
    return JSON.parse(stdout) as Observation;
  }

  return { play, stop: () => rmSync(folder, { recursive: true }) };
}
