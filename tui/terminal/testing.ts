import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export const CTRL_C = '\x03';

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

/** A program in a pseudo-terminal. */
export interface ProgramInTerminal {
  /** Everything that was written so far, escape sequences and all. */
  output(): string;
  /** Waits until the output matches; rejects where the program ends first. */
  until(pattern: RegExp): Promise<void>;
  /** What a person would see, a string a row, each as wide as the window. */
  lines(): string[];
  /** Waits until what a person would see matches; rejects, with what they see, where the program ends first, or after a time. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  /** Whether the alternate screen is shown, and the cursor, and whether pastes are marked as such. */
  modes(): { readonly alternate: boolean; readonly cursor: boolean; readonly paste: boolean };
  write(keys: string | Buffer): void;
  resize(columns: number, rows: number): void;
  /** Closes the terminal under the program. */
  hangUp(): void;
  readonly pid: number;
  /** The exit code, once it has ended. */
  readonly exit: Promise<number>;
}

export interface ProgramSurroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether the terminal answers what it is asked. */
  readonly answers?: boolean;
  /** The colour of its background, as it says it; without one it does not know that question. */
  readonly background?: string;
}

const LONGEST_MS = 60_000; // a bound on what hangs, not a measurement
const LAST_WORDS_MS = 5_000; // likewise

export function spawnInTerminal(
  file: string,
  args: readonly string[],
  { cols, rows, env = {}, cwd, answers = true, background }: TerminalSize & ProgramSurroundings,
): ProgramInTerminal {
  // Of where the tests run nothing may be seen: neither a CI, which has no screen, nor whether it has colours and of what locale it is.
  const { CI, NO_COLOR, FORCE_COLOR, CLICOLOR, CLICOLOR_FORCE, COLORFGBG, LC_CTYPE, LANG, ...others } = process.env;
  const environment = { ...others, LC_ALL: 'C.UTF-8', COLORTERM: 'truecolor', ...env };
  const name = env['TERM'] ?? 'xterm-256color';
  const program = spawn(file, [...args], { cols, rows, name, env: environment, ...(cwd !== undefined && { cwd }) });
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
  let output = '';
  let ended = false;
  let cursor = true;
  const watchers = new Set<() => void>();
  const news = () => {
    for (const watch of watchers) watch();
  };
  for (const [final, shown] of [
    ['h', true],
    ['l', false],
  ] as const) {
    terminal.parser.registerCsiHandler({ prefix: '?', final }, (parameters) => {
      if (parameters.includes(25)) cursor = shown;
      return false;
    });
  }
  if (answers) terminal.onData((answer) => program.write(answer));
  terminal.parser.registerOscHandler(11, (question) => {
    if (question === '?' && background !== undefined) program.write(`\x1b]11;${background}\x1b\\`);
    return true;
  });
  program.onData((data) => {
    output += data;
    terminal.write(data, news);
    news();
  });
  const exit = new Promise<number>((resolve) => {
    program.onExit(({ exitCode }) => {
      resolve(exitCode);
      // What it wrote last may still be on its way: only then is it in vain to wait for more.
      setTimeout(() => {
        ended = true;
        news();
      }, LAST_WORDS_MS).unref();
    });
  });
  const lines = () =>
    Array.from(
      { length: terminal.rows },
      (_, row) => terminal.buffer.active.getLine(row)?.translateToString(false, 0, terminal.cols) ?? '',
    );

  /** Waits until `find` finds something. */
  function wait<Found>(what: RegExp, find: () => Found | null): Promise<Found> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        watchers.delete(watch);
        act();
      };
      const complain = (how: string) =>
        settle(() => reject(new Error(`${how} ${what}:\n${lines().join('\n')}\n${JSON.stringify(output.slice(-2000))}`)));
      const watch = () => {
        const found = find();
        if (found !== null) settle(() => resolve(found));
        else if (ended) complain('ended without');
      };
      const timer = setTimeout(() => complain('waited in vain for'), LONGEST_MS);
      watchers.add(watch);
      watch();
    });
  }

  return {
    output: () => output,
    until: async (pattern) => void (await wait(pattern, () => pattern.exec(output))),
    lines,
    // A frame may come in pieces: nobody sees it before it is whole.
    shows: (pattern) => wait(pattern, () => (terminal.modes.synchronizedOutputMode ? null : pattern.exec(lines().join('\n')))),
    modes: () => ({ alternate: terminal.buffer.active.type === 'alternate', cursor, paste: terminal.modes.bracketedPasteMode }),
    write: (keys) => program.write(keys as string), // bytes as well, though its types do not say so
    resize(columns, rows) {
      terminal.resize(columns, rows);
      program.resize(columns, rows);
    },
    hangUp: () => (program as unknown as { destroy(): void }).destroy(),
    pid: program.pid,
    exit,
  };
}

/** How a program left its terminal. */
export interface Left {
  readonly exitCode: number;
  readonly alternate: boolean;
  readonly cursor: boolean;
  readonly paste: boolean;
  readonly echo: boolean;
  /** Whether input comes line by line. */
  readonly canonical: boolean;
}

/** How a terminal is before a program and has to be after it. */
export const AS_BEFORE = { alternate: false, cursor: true, paste: false, echo: true, canonical: true } as const;

/**
 * Starts a program in a shell that, when it has ended, shows its exit code and how it found the terminal, and stays until that was read: what
 * the last program of a pseudo-terminal writes before its end may be lost.
 */
export function spawnInShell(
  file: string,
  args: readonly string[],
  options: Parameters<typeof spawnInTerminal>[2],
): ProgramInTerminal & { left(): Promise<Left> } {
  const script = '"$0" "$@"; echo "exit $?"; stty -a; echo "that is all"; read answer';
  const program = spawnInTerminal('sh', ['-c', script, file, ...args], options);
  return {
    ...program,
    async left() {
      await program.shows(/that is all/);
      const [, exitCode, settings] = /exit (\d+)\r\n(.*)that is all/s.exec(program.output())!;
      const left = {
        exitCode: Number(exitCode),
        ...program.modes(),
        echo: /(^|[^-\w])echo\b/.test(settings!),
        canonical: /(^|[^-\w])icanon\b/.test(settings!),
      };
      program.write('\r');
      await program.exit;
      return left;
    },
  };
}
