import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The rules are configuration; this shows that they bite: files that break them, in a folder of their own under the same configuration. */

const root = join(import.meta.dirname, '..');
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

const forbidden: readonly (readonly [file: string, code: string])[] = [
  ['fixtures/a.ts', "import '../sim/engine/calendar.ts';"],
  ['sim/engine/a.ts', "import '../stations/route.ts';"],
  ['sim/engine/b.ts', "import 'node:fs';"],
  ['sim/engine/c.ts', 'export const draw = () => Math.random();'],
  ['sim/engine/d.ts', 'export const now = () => Date.now();'],
  ['sim/engine/e.ts', 'export const later = (f: () => void) => setTimeout(f, 1);'],
  ['sim/node/a.ts', "import '../stations/pods.ts';"],
  ['sim/node/b.ts', "import 'node:timers';"],
  ['conformance/a.ts', "import '../sim/stations/pods.ts';"],
  ['conformance/b.ts', "import '../reference/harness/alarm.ts';"],
  ['sim/theory/a.ts', "import '../engine/calendar.ts';"],
  ['sim/workload/a.ts', "import '../stations/requests.ts';"],
  ['sim/stations/a.ts', "import '../metrics/flows.ts';"],
  ['sim/stations/b.ts', "import '../architectures/naive.ts';"],
  ['sim/architectures/a.ts', "import '../metrics/flows.ts';"],
  ['sim/metrics/a.ts', "import '../stations/pods.ts';"],
  ['sim/experiments/a.ts', "import '../../tui/format.ts';"],
  ['reference/isps/a.ts', "import '../../sim/workload/workload.ts';"],
  ['reference/service/c.ts', "import '../../tui/format.ts';"],
  ['reference/load/a.ts', "import '../../sim/engine/stream.ts';"],
  ['reference/harness/a.ts', "import '../../sim/engine/calendar.ts';"],
  ['reference/service/a.ts', "import '../../sim/engine/calendar.ts';"],
  ['reference/service/b.ts', "import '../harness/postgres.ts';"],
  ['reference/http/a.ts', "import '../service/store.ts';"],
];

const allowed: readonly (readonly [file: string, code: string])[] = [
  ['sim/node/y.ts', "import '../engine/calendar.ts';"],
  ['conformance/y.ts', "import '../sim/node/node-loop.ts';\nimport '../sim/engine/stream.ts';\nimport '../fixtures/files.ts';"],
  ['sim/theory/y.ts', "import '../engine/distributions.ts';"],
  ['sim/stations/y.ts', "import '../engine/calendar.ts';\nimport '../../fixtures/schema.ts';"],
  ['sim/metrics/y.ts', "import '../stations/moments.ts';"],
  ['sim/experiments/y.ts', "import '../../fixtures/schema.ts';\nimport '../theory/erlang.ts';"],
  ['reference/isps/y.ts', "import '../../fixtures/schema.ts';\nimport '../harness/alarm.ts';"],
  ['reference/load/y.ts', "import '../../sim/workload/workload.ts';\nimport '../isps/recipient.ts';"],
  ['reference/validation/y.ts', "import '../../sim/experiments/sweep.ts';"],
  ['reference/harness/y.ts', "import '../service/migrate.ts';\nimport '../../fixtures/schema.ts';"],
  ['reference/service/y.ts', "import './store.ts';\nimport '../http/errors.ts';\nimport '../../fixtures/schema.ts';"],
  ['tui/y.ts', "import '../sim/experiments/sweep.ts';"],
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailsim-lint-'));
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  mkdirSync(join(folder, 'lint'));
  cpSync(join(root, 'lint/no-math-random.grit'), join(folder, 'lint/no-math-random.grit'));
  for (const [file, code] of [...forbidden, ...allowed]) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), `${code}\n`);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function faults(file: string): number {
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--vcs-enabled=false', '--reporter=json', file], {
    cwd: folder,
    encoding: 'utf8',
  });
  return (JSON.parse(stdout) as { summary: { errors: number } }).summary.errors;
}

test.each(forbidden)('%s may not hold: %s', (file) => {
  expect(faults(file)).toBe(1);
});

test.each(allowed)('%s may hold: %s', (file) => {
  expect(faults(file)).toBe(0);
});
