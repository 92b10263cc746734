import { join } from 'node:path';
import xterm from '@xterm/headless';
import { expect } from 'vitest';
import { spawnInTerminal } from '../terminal/testing.ts';

/** The app in a pseudo-terminal, from its source: Node strips the types itself. */

const ESCAPE = '\x1b';
const root = join(import.meta.dirname, '../..');

/** A program that opens the app on a sweep, and says when it has closed. `prelude` may change the options. */
const program = (settings: object, prelude: string) => `
  import { readOptions } from './tui/commands/options.ts';
  import { openApp } from './tui/shell/open-app.ts';
  const options = readOptions(${JSON.stringify(settings)});
  ${prelude}
  try {
    await openApp({ version: '0.1.0', options, defaults: {} });
    console.log('closed');
  } catch (error) {
    console.log('rejected: ' + error.message);
  }
`;

export interface AppInTerminal {
  readonly shell: ReturnType<typeof spawnInTerminal>;
  /** What the window shows. */
  lines(): string[];
  /** Waits until the window shows it. */
  shows(pattern: RegExp): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Waits for the end, and sees that the terminal is as it was. */
  isAsBefore(): Promise<void>;
}

/** Runs the app in a shell that afterwards shows whether the terminal is as it was. */
export function openInTerminal(
  settings: object,
  {
    columns = 80,
    rows = 24,
    prelude = '',
    env = {},
  }: { columns?: number; rows?: number; prelude?: string; env?: Record<string, string> } = {},
): AppInTerminal {
  const code = program(settings, prelude);
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
    shows: (pattern) => expect.poll(() => lines().join('\n'), { timeout: 30_000, interval: 20 }).toMatch(pattern),
    resize(columns, rows) {
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
