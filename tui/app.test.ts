import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { descendants, isAlive } from '../reference/harness/testing.ts';
import { AS_BEFORE, CTRL_C, spawnInShell, spawnInTerminal, type TerminalSize } from './terminal/testing.ts';

/** The app as a person uses it: the built program in a pseudo-terminal, its keys, and what can be seen. `npm test` has built it. */

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist/tui/main.js');
const SMALL: TerminalSize = { cols: 80, rows: 24 };
const SIZES: readonly TerminalSize[] = [SMALL, { cols: 120, rows: 40 }, { cols: 200, rows: 60 }];
const RATES = ['--rates', '300..1500:300'];
const SHORT = [...RATES, '--replications', '3', '--measure', '4s', '--warmup', '1s', '--threads', '2'];
const ENDLESS = [...RATES, '--replications', '10000', '--threads', '2'];
const ESCAPE = '\x1b';
/** The head of a sweep that has ended: how many runs it took, and how long. */
const ENDED = /^ .* [\d,]+ runs .*[\d.]+ s *\n/;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailsim-app-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type App = ReturnType<typeof spawnInShell>;

function open(args: readonly string[], size = SMALL, env: Readonly<Record<string, string>> = {}): App {
  return spawnInShell(process.execPath, [main, 'screen', ...args], { ...size, env, cwd: folder });
}

async function isAsBefore(app: App): Promise<void> {
  expect(await app.left()).toEqual({ exitCode: 0, ...AS_BEFORE });
}

const filesOf = (ending: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .sort();

describe.each(SIZES)('at $cols×$rows', (size) => {
  test('a sweep is finished, looked at, changed, compared with the one before, and carried away', async () => {
    const app = open(SHORT, size);
    await app.shows(/naive/);
    await app.shows(ENDED);
    app.write('G');
    await app.shows(/▶. +1500 /);
    await app.shows(/At 1500\/s the worker pool limits/);
    app.write(`${ESCAPE}[Dh`); // left, by its arrow and by its letter
    await app.shows(/▶.? +900 /);
    app.write('y');
    await app.shows(/2 (rejected with 503, % of requests|503 %) +[<\d]/);
    app.write('y1');
    await app.shows(/1 pool occupancy, % of 250 workers/);
    app.write('1');
    await app.shows(/3 database/);

    app.write('/workers');
    await app.shows(/▶ pods\.workers +50 /);
    app.write('\t0');
    await app.shows(/✗ pods\.workers: found 0, allowed/);
    app.write('\r'); // does nothing: it is wrong, and stays to be put right
    app.write('\x7f100');
    await app.shows(/✓ pods\.workers +50 → 100/);
    app.write('\r');
    await app.shows(/(naive 5×100|5 pods × 100 workers)/);
    await app.shows(/workers 50/); // the ghost has its place in the legend
    await app.shows(/⠁⠈ ⠂/);
    await app.shows(ENDED);
    await app.shows(/▶.? +900 /); // where the cursor was

    const before = filesOf('.json');
    app.write('e1');
    await app.shows(/wrote mailsim-naive-42(-\d+)?\.json/);
    const [file] = filesOf('.json').filter((name) => !before.includes(name));
    const plain = spawnSync(process.execPath, [main, 'sweep', ...SHORT, '--set', 'pods.workers=100', '--format', 'json'], {
      encoding: 'utf8',
    });
    expect(readFileSync(join(folder, file!), 'utf8')).toBe(plain.stdout); // to the byte

    app.write('u');
    await app.shows(/(naive 5×50|5 pods × 50 workers)/);
    app.write('q');
    await isAsBefore(app);
  });

  test('it is drawn anew when the window changes in the middle, and Ctrl-C ends it there', async () => {
    const app = open(ENDLESS, size);
    await app.shows(/▶ +300 /);
    app.write('l');
    await app.shows(/▶ +600 /);
    for (const [cols, rows] of [
      [100, 30],
      [60, 16],
      [59, 15],
      [200, 60],
      [size.cols, size.rows],
    ] as const) {
      app.resize(cols, rows);
      await app.shows(cols < 60 ? /^This window is 59×15; mailsim needs 60×16/ : / \? help {2}q quit $/); // at the end of the last row
      await app.shows(cols < 60 ? /^This/ : /^ .*naive.*\/[\d,]+ runs/);
      expect(app.lines().map((line) => line.length)).toEqual(new Array(rows).fill(cols));
    }
    app.write(CTRL_C);
    await isAsBefore(app);
  });
});

test('what the table shows is, to the digit, what the table of the command line shows', async () => {
  const app = open(SHORT, { cols: 120, rows: 40 });
  await app.shows(ENDED);
  const { stdout } = spawnSync(process.execPath, [main, 'sweep', ...SHORT], { encoding: 'utf8' });
  const cells = (line: string) =>
    line
      .replace(/[▶▲│┃]/g, ' ')
      .trim()
      .split(/\s+/);
  const rates = [300, 600, 900, 1200, 1500];
  for (const rate of rates) {
    const rowOf = (lines: readonly string[]) =>
      lines.map(cells).find(([first]) => first?.replace(',', '') === `${rate}` || Number(first?.replace(',', '')) === rate)!;
    const shown = rowOf(app.lines().filter((line) => /^[▶ ][▲ ]/.test(line)));
    const [, ...figures] = rowOf(stdout.split('\n'));
    // done/s, 503 % with its half-width where it has one, full %, pool %, db %, p50, p95, p99, ±: all in the row, in this order.
    let from = 0;
    for (const figure of figures) {
      const at = shown.indexOf(figure, from);
      expect(at, `${figure} in ${shown.join(' ')}`).toBeGreaterThanOrEqual(from);
      from = at;
    }
  }
  app.write('q');
  await isAsBefore(app);
});

describe('keys while a sweep is under way', () => {
  test('it pauses and goes on', async () => {
    const app = open(ENDLESS);
    await app.shows(/\/[\d,]+ runs .* left/);
    app.write(' ');
    await app.shows(/paused/);
    app.write(' ');
    await app.shows(/\/[\d,]+ runs .* left/);
    app.write('q');
    await isAsBefore(app);
  });

  test('finer rates at the cursor leave what is there, and the command line that is exported gives the same figures', async () => {
    const app = open(SHORT);
    await app.shows(ENDED);
    app.write('gr');
    await app.shows(/450/);
    await app.shows(ENDED);
    app.write('e4');
    const [, file] = await app.shows(/wrote (\S+\.sh)/);
    app.write('e1');
    const [, json] = await app.shows(/wrote (\S+\.json)/);
    app.write('q');
    await isAsBefore(app);
    const command = readFileSync(join(folder, file!), 'utf8').trim();
    expect(command).toContain('--rates 300,450,600,900,1200,1500');
    const [, ...args] = command.split(' ');
    const again = spawnSync(process.execPath, [main, ...args, '--format', 'json'], { encoding: 'utf8' });
    expect(readFileSync(join(folder, json!), 'utf8')).toBe(again.stdout);
  });

  test('the next seed is another sweep, and undo brings the first one back', async () => {
    const app = open(SHORT);
    await app.shows(ENDED);
    app.write('s');
    await app.shows(/seed 43/);
    app.write('u');
    await app.shows(/seed 42 /);
    app.write('uU');
    await app.shows(/seed 43/);
    app.write('U');
    await app.shows(/nothing to redo/);
    app.write('q');
    await isAsBefore(app);
  });

  test('help is a key away, and lists the keys', async () => {
    const app = open(ENDLESS);
    await app.shows(/▶/);
    app.write('?');
    await app.shows(/EVERYWHERE/);
    app.write('refine');
    await app.shows(/with "refine"/);
    app.write(`${ESCAPE}`);
    await app.shows(/▶/);
    app.write('q');
    await isAsBefore(app);
  });
});

describe('a terminal', () => {
  test('without colour has none with NO_COLOR=1', async () => {
    const app = open(SHORT, SMALL, { NO_COLOR: '1' });
    await app.shows(ENDED);
    app.write('q');
    await isAsBefore(app);
    expect(app.output()).not.toMatch(new RegExp(`${ESCAPE}\\[[\\d;]*m`));
  });

  test('whose locale is not of UTF-8 gets ASCII, and so does who asks for it', async () => {
    for (const [args, env] of [
      [[], { LC_ALL: 'C' }],
      [['--ascii'], {}],
    ] as const) {
      const app = open([...SHORT, ...args], SMALL, env);
      await app.shows(ENDED);
      await app.shows(/\*\*\* model/);
      app.write('q');
      await isAsBefore(app);
      expect(Buffer.from(app.output()).every((byte) => byte < 0x80)).toBe(true);
    }
  });

  test('of a light background gets other colours', async () => {
    const app = open(SHORT, SMALL, { COLORFGBG: '0;15' });
    await app.shows(ENDED);
    app.write('q');
    await isAsBefore(app);
    expect(app.output()).toContain(`${ESCAPE}[1;38;2;0;114;178m`); // blue, the model's
    expect(app.output()).not.toContain(`${ESCAPE}[1;38;2;86;180;233m`); // sky
  });

  test('of 60×15 says what it needs, and q and Ctrl-C leave it', async () => {
    for (const key of ['q', CTRL_C]) {
      const app = open(ENDLESS, { cols: 60, rows: 15 });
      await app.shows(/This window is 60×15; mailsim needs 60×16\. q quits\./);
      app.write(key);
      await isAsBefore(app);
    }
  });

  test.each([
    ['TERM=dumb', { TERM: 'dumb' }],
    ['CI=true', { CI: 'true' }],
  ])('with %s gets the table', async (_, env) => {
    const app = open(SHORT, { cols: 120, rows: 40 }, env);
    await isAsBefore(app);
    expect(app.output()).toContain('503s pass 0.1%');
    expect(app.output()).not.toContain(`${ESCAPE}[?1049h`);
  });

  test('that is a pipe gets the table', () => {
    const { stdout, status } = spawnSync(process.execPath, [main, 'screen', ...SHORT], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain('503s pass 0.1%');
    expect(stdout).not.toContain(ESCAPE);
  });

  test('that is closed in the middle leaves no process', async () => {
    const app = spawnInTerminal(process.execPath, [main, 'screen', ...ENDLESS], { ...SMALL, cwd: folder });
    await app.shows(/\/[\d,]+ runs/);
    const pids = [app.pid, ...descendants(app.pid)];
    app.hangUp();
    await expect.poll(() => pids.filter(isAlive), { interval: 50 }).toEqual([]);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('is given back on %s', async (signal) => {
    const app = open(ENDLESS);
    await app.shows(/\/[\d,]+ runs/);
    process.kill(descendants(app.pid)[0]!, signal);
    expect(await app.left()).toMatchObject(AS_BEFORE);
  });

  test('is given back on Ctrl-Z, and taken again when the shell lets it go on', async () => {
    // A shell with job control, as a person has it.
    const shell = spawnInTerminal('bash', ['--norc', '-i'], { ...SMALL, cwd: folder, env: { PS1: 'ready> ' } });
    await shell.shows(/ready>/);
    shell.write(`'${process.execPath}' '${main}' screen ${ENDLESS.join(' ')}\r`);
    await shell.shows(/▶ +300 /);
    shell.write('\x1a');
    await shell.shows(/Stopped/);
    expect(shell.modes()).toEqual({ alternate: false, cursor: true });
    shell.write('fg\r');
    await shell.shows(/▶ +300 /);
    shell.write('l');
    await shell.shows(/▶ +600 /);
    shell.write('q');
    await expect.poll(() => shell.modes()).toEqual({ alternate: false, cursor: true });
    shell.write('echo again $((40 + 2))\r'); // the shell reads lines as before
    await shell.shows(/again 42/);
    shell.write('exit\r');
    await shell.exit;
    expect(shell.modes()).toEqual({ alternate: false, cursor: true });
  });
});

describe('when something fails', () => {
  /** The app from its source, with options that no command line gives. */
  const program = (prelude: string) => `
    import { readOptions } from './tui/commands/options.ts';
    import { openApp } from './tui/shell/open-app.ts';
    const options = readOptions({ rates: '300', replications: '3', threads: '2', measure: '4s', warmup: '1s' });
    ${prelude}
    try {
      await openApp({ version: '0.1.0', options, defaults: {} });
    } catch (error) {
      console.log('rejected: ' + error.message);
    }
  `;

  test.each([
    ['the sweep', "options.effort = { get precision() { throw new Error('no precision'); } };", 'no precision'],
    ['the drawing', "options.limit = { ...options.limit, read() { throw new Error('no reading'); } };", 'no reading'],
  ])('%s, the terminal is given back and the reason told', async (_, prelude, message) => {
    const app = spawnInShell(process.execPath, ['--input-type=module', '-e', program(prelude)], { cols: 100, rows: 40, cwd: root });
    await isAsBefore(app);
    expect(app.output()).toContain(`rejected: ${message}`);
  });

  test('nothing can be written, that is said and the app goes on', async () => {
    const app = spawnInTerminal('sh', ['-c', 'cd /proc && exec "$0" "$@"', process.execPath, main, 'screen', ...SHORT], SMALL);
    await app.shows(ENDED);
    app.write('e1');
    await app.shows(/not written: /);
    app.write('l');
    await app.shows(/▶.? +1200 /);
    app.write('q');
    expect(await app.exit).toBe(0);
  });

  test('runs of the real service are drawn, and without a terminal they stand in a table', async () => {
    const run = JSON.parse(
      spawnSync(process.execPath, [main, 'run', '--rate', '900', '--measure', '4s', '--warmup', '1s', '--format', 'json'], {
        encoding: 'utf8',
      }).stdout,
    );
    const record = { ...run, command: 'load', stretch: 4, database: 'emulated', void: false };
    writeFileSync(join(folder, 'load.record'), JSON.stringify(record));
    const measured = ['--measured', join(folder, 'load.record')];
    const app = open([...SHORT, ...measured], { cols: 120, rows: 40 });
    await app.shows(ENDED);
    await app.shows(/◆ service, stretched 4×/);
    await app.shows(/service %/);
    app.write('q');
    await isAsBefore(app);
    const { stdout } = spawnSync(process.execPath, [main, 'screen', ...SHORT, ...measured], { encoding: 'utf8' });
    expect(stdout).toMatch(/req\/s +503 % +pool % +db % +stretch +measured\n900\.0 +\S+ +\S+ +\S+ +4 +\S+load\.record\n/);
    const other = spawnSync(process.execPath, [main, 'screen', ...SHORT, ...measured, '--set', 'pods.workers=60'], { encoding: 'utf8' });
    expect(other.stdout).toContain('load.record is left out: its pods.workers is 50, here 60.');
  });

  test('measured files that are none are told at once, with everything else that is wrong', () => {
    writeFileSync(join(folder, 'sweep.out'), '{ "command": "sweep" }');
    const { status, stderr } = spawnSync(
      process.execPath,
      [main, 'screen', '--measured', 'sweep.out', '--measured', 'nowhere.json', '--theme', 'pink', '--seed', 'x'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status).toBe(2);
    for (const fault of ['--measured sweep.out: found a result of `mailsim sweep`', '--measured nowhere.json', '--theme', '--seed']) {
      expect(stderr).toContain(fault);
    }
  });
});
