import { join } from 'node:path';
import xterm from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { CTRL_C, spawnInTerminal } from '../terminal/testing.ts';

/** The screen in a pseudo-terminal, from its source: Node strips the types itself. */

const ESCAPE = '\x1b';
const root = join(import.meta.dirname, '../..');

/** A program that opens the app on a short sweep, and says when it has closed. `prelude` may change the options. */
const program = (prelude = '') => `
  import { readOptions } from './tui/commands/options.ts';
  import { openApp } from './tui/shell/open-app.ts';
  const options = readOptions({
    set: ['run.measureMs=4000', 'run.warmup=1000'], rates: '300..1500:300', replications: '3', threads: '2',
  });
  ${prelude}
  try {
    await openApp({ version: '0.1.0', options, defaults: {} });
    console.log('closed');
  } catch (error) {
    console.log('rejected: ' + error.message);
  }
`;

const ENDLESS = 'options.scenario.run.measureMs = 1e9;';

/** Runs it in a shell that afterwards shows whether the terminal is as it was. */
function open(code: string, { columns = 80, rows = 24, env = {} } = {}) {
  const shell = spawnInTerminal('sh', ['-c', '"$0" --input-type=module -e "$1"; echo "exit $?"; stty -a', process.execPath, code], {
    cols: columns,
    rows,
    env: { ...env, PWD: root },
  });
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  shell.onData((data) => terminal.write(data));
  const lines = () =>
    Array.from(
      { length: terminal.rows },
      (_, row) => terminal.buffer.active.getLine(row)?.translateToString(false, 0, terminal.cols) ?? '',
    );
  return {
    shell,
    lines,
    shows: (pattern: RegExp) => expect.poll(() => lines().join('\n'), { timeout: 30_000, interval: 20 }).toMatch(pattern),
    resize(columns: number, rows: number) {
      terminal.resize(columns, rows);
      shell.resize(columns, rows);
    },
    async isAsBefore() {
      expect(await shell.exit).toBe(0);
      await expect.poll(() => terminal.buffer.active.type).toBe('normal');
      expect(shell.output()).toMatch(/[^-]icanon/);
      expect(shell.output()).toMatch(/[^-]echo[ ;]/);
      const cursor = shell.output().lastIndexOf(`${ESCAPE}[?25h`);
      expect(cursor).toBeGreaterThan(shell.output().lastIndexOf(`${ESCAPE}[?25l`));
    },
  };
}

describe('the sweep screen', () => {
  test('fills in, moves its cursor, closes with q, and leaves the terminal as it was', async () => {
    const { shell, lines, shows, isAsBefore } = open(program());
    await shows(/mailsim {2}naive 5×50 roundRobin seed 42/);
    await shows(/503s pass 0\.1% from/);
    shell.write('G');
    await shows(/▶ +1500 /);
    shell.write('hh');
    await shows(/▶.? +900 /);
    shell.write('1');
    await shows(/1 pool occupancy, % of 250 workers/);
    expect(lines().at(-1)).toMatch(/q quit $/);
    shell.write('q');
    await isAsBefore();
    expect(shell.output()).toContain('closed');
  });

  test('closes with Ctrl-C in the middle of a sweep', async () => {
    const { shell, shows, isAsBefore } = open(program(ENDLESS));
    await shows(/finding the knee|0\/\d+ runs/);
    shell.write('l');
    await shows(/▶ +600 /); // keys reach the program: a Ctrl-C before that would be the shell's
    shell.write(CTRL_C);
    await isAsBefore();
    expect(shell.output()).toContain('closed');
    expect(shell.output()).toContain('exit 0');
  });

  test('is drawn anew when the window changes, and nothing wraps', async () => {
    const { shell, lines, shows, resize, isAsBefore } = open(program(ENDLESS));
    await shows(/runs/);
    for (const [columns, rows] of [
      [120, 40],
      [60, 16],
      [200, 60],
      [59, 15],
      [80, 24],
    ] as const) {
      resize(columns, rows);
      await shows(columns < 60 ? /needs 60×16/ : /q quit *$/);
      await expect.poll(() => lines()[0]).toMatch(columns < 60 ? /^This window is 59×15/ : /^ .*naive.* runs/);
      if (columns >= 60) await expect.poll(() => lines().at(-1)).toMatch(/^ ←→ rate .* q quit $/);
      expect(lines()).toHaveLength(rows);
    }
    shell.write('q');
    await isAsBefore();
  });

  test('uses no colour with NO_COLOR', async () => {
    const { shell, shows, isAsBefore } = open(program(), { env: { NO_COLOR: '1' } });
    await shows(/503s pass/);
    shell.write('q');
    await isAsBefore();
    expect(shell.output()).not.toMatch(new RegExp(`${ESCAPE}\\[[\\d;]*m`));
  });

  test.each([
    ['sweep that fails', "options.effort = { get precision() { throw new Error('no precision'); } };", 'no precision'],
    ['drawing that fails', "options.limit = { ...options.limit, read() { throw new Error('no reading'); } };", 'no reading'],
  ])('closes, and rejects, on a %s', async (_, prelude, message) => {
    const { shell, isAsBefore } = open(program(`options.rates = [300]; ${prelude}`));
    await isAsBefore();
    expect(shell.output()).toContain(`rejected: ${message}`);
  });
});
