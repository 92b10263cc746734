import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CTRL_C, type ProgramInTerminal, spawnInTerminal, type TerminalSize } from '../tui/terminal/testing.ts';

/**
 * What the terminal costs, as JSON: how long from a key to the frame that shows what it did, while a sweep runs, and while a run is watched
 * and the sweep behind it goes on; and how much longer the same sweep takes on the screen than with `--format json`. Rounds go through all
 * cases in turn, since machines drift.
 *
 * Usage: npm run bench:terminal [rounds]
 */

const ROUNDS = Number(process.argv[2] ?? 5);
const SIZES = [
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 200, rows: 60 },
];
const THREADS = '2';
const RATES = ['--rates', '200..1400:200'];
const SWEEP = [...RATES, '--replications', '8', '--threads', THREADS];
const ENDLESS = [...RATES, '--replications', '2000', '--threads', THREADS];
const KEYS = 60; // of each round
const main = fileURLToPath(new URL('../tui/main.js', import.meta.url));

const quantile = (values: readonly number[], share: number) => values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;
const rounded = (value: number) => Number(value.toFixed(2));

/** Seconds that the sweep takes without a screen, as it says itself. */
function plainSeconds(): number {
  const { stderr } = spawnSync(process.execPath, [main, 'sweep', ...SWEEP, '--format', 'json'], { encoding: 'utf8' });
  return Number(/in ([\d.]+) s/.exec(stderr)![1]);
}

function open(args: readonly string[], size: TerminalSize): ProgramInTerminal {
  return spawnInTerminal(process.execPath, [main, 'screen', ...args], size);
}

async function screenSeconds(size: TerminalSize): Promise<number> {
  const program = open(SWEEP, size);
  const [, seconds] = await program.shows(/\d runs .*?([\d.]+) s *\n/);
  program.write('q');
  await program.exit;
  return Number(seconds);
}

/** Milliseconds from a key to the frame with what it did: two keys in turn, and what is seen after each. */
async function keyToFrameMs(program: ProgramInTerminal, keys: readonly (readonly [key: string, seen: RegExp])[]): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < KEYS; i++) {
    const [key, seen] = keys[i % keys.length]!;
    await pause(90 + 80 * Math.random()); // a person's, and in no step with the frames
    const startMs = performance.now();
    program.write(key);
    await program.shows(seen);
    taken.push(performance.now() - startMs);
  }
  program.write(CTRL_C);
  await program.exit;
  return taken;
}

/** The cursor at another rate, while a sweep is under way. */
async function sweepKeysMs(size: TerminalSize): Promise<number[]> {
  const program = open(ENDLESS, size);
  await program.shows(/At \d+\/s/); // points are coming in
  program.write('g');
  await program.shows(/▶~? +200 /);
  return keyToFrameMs(program, [
    ['l', /▶~? +400 /],
    ['h', /▶~? +200 /],
  ]);
}

/** Another target for faults, while a run plays and the sweep behind it goes on. */
async function insideKeysMs(size: TerminalSize): Promise<number[]> {
  const program = open(ENDLESS, size);
  await program.shows(/At \d+\/s/);
  program.write('\r');
  await program.shows(/playing 1× +t [\d.]+ s/);
  return keyToFrameMs(program, [
    ['j', /▸gmail/],
    ['k', /▸all ISPs/],
  ]);
}

const plain: number[] = [];
const onScreen = SIZES.map((): number[] => []);
const keys = SIZES.map((): number[] => []);
const insideKeys = SIZES.map((): number[] => []);
for (let round = 0; round < ROUNDS; round++) {
  plain.push(plainSeconds());
  for (const [i, size] of SIZES.entries()) {
    onScreen[i]!.push(await screenSeconds(size));
    keys[i]!.push(...(await sweepKeysMs(size)));
    insideKeys[i]!.push(...(await insideKeysMs(size)));
  }
}
const document = {
  node: process.version,
  rounds: ROUNDS,
  sweepSeconds: rounded(quantile(plain, 0.5)),
  sizes: SIZES.map(({ cols, rows }, i) => ({
    size: `${cols}×${rows}`,
    keyToFrameMsP50: rounded(quantile(keys[i]!, 0.5)),
    keyToFrameMsP95: rounded(quantile(keys[i]!, 0.95)),
    insideKeyToFrameMsP50: rounded(quantile(insideKeys[i]!, 0.5)),
    insideKeyToFrameMsP95: rounded(quantile(insideKeys[i]!, 0.95)),
    sweepSeconds: rounded(quantile(onScreen[i]!, 0.5)),
    slowdownPercent: rounded(
      100 *
        (quantile(
          onScreen[i]!.map((seconds, round) => seconds / plain[round]!),
          0.5,
        ) -
          1),
    ),
  })),
};
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
