import { spawn } from '@lydell/node-pty';

export const CTRL_C = '\x03';

/** A program in a pseudo-terminal. */
export interface ProgramInTerminal {
  /** Everything that was written so far, escape sequences and all. */
  output(): string;
  /** Waits until the output matches; rejects where the program ends first. */
  until(pattern: RegExp): Promise<void>;
  write(keys: string): void;
  resize(columns: number, rows: number): void;
  /** The exit code, once it has ended. */
  readonly exit: Promise<number>;
  onData(see: (data: string) => void): void;
}

export function spawnInTerminal(
  file: string,
  args: readonly string[],
  { cols, rows, env = {} }: { cols: number; rows: number; env?: Record<string, string> },
): ProgramInTerminal {
  const program = spawn(file, [...args], { cols, rows, name: 'xterm-256color', env: { ...process.env, CI: '', ...env } });
  let output = '';
  let ended = false;
  const watchers = new Set<() => void>();
  const news = () => {
    for (const watch of watchers) watch();
  };
  program.onData((data) => {
    output += data;
    news();
  });
  const exit = new Promise<number>((resolve) => {
    program.onExit(({ exitCode }) => {
      ended = true;
      news();
      resolve(exitCode);
    });
  });
  return {
    output: () => output,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          if (pattern.test(output)) resolve();
          else if (ended) reject(new Error(`ended without ${pattern}: ${output}`));
          else return;
          watchers.delete(watch);
        };
        watchers.add(watch);
        watch();
      }),
    write: (keys) => program.write(keys),
    resize: (columns, rows) => program.resize(columns, rows),
    exit,
    onData: (see) => void program.onData(see),
  };
}
