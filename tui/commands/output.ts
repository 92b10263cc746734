import { complain, systemReason } from './complain.ts';
import { codeOf, openOutput } from './open-output.ts';

const LINES_A_PIECE = 10_000;

/** Tells that something could not be written, which makes the command fail. A reader of stdout that has seen enough (`| head`) is no failure. */
export function tellUnwritten(name: string | null, error: unknown, instead = ''): void {
  if (name === null && codeOf(error) === 'EPIPE') return;
  complain(`could not write ${name === null ? 'to stdout' : name} (${systemReason(error)})${instead}`);
  process.exitCode = 1;
}

/** Results go to the file that was named, or to stdout. If the file cannot be written they go to stdout, and nothing is lost. */
export function writeResult(text: string, out: string | null): void {
  try {
    writeWhole(text, out);
  } catch (error) {
    tellUnwritten(out, error, out === null ? '' : '; the result is on stdout');
    if (out !== null) writeResult(text, null);
  }
}

function writeWhole(text: string, out: string | null): void {
  const output = openOutput(out);
  try {
    output.write(text);
  } catch (error) {
    output.discard();
    throw error;
  }
  output.keep();
}

/** Lines that are written as they come, a large piece at a time. */
export interface Lines {
  write(line: string): void;
  /** Ends them: all are there. */
  keep(): void;
  discard(): void;
}

/** Writes lines to a file. If it can take no more that is told once, nothing is left of them, and the command goes on. */
export function openLines(file: string): Lines {
  const output = openOutput(file);
  let over = false;
  let lines: string[] = [];

  function attempt(step: () => void): void {
    if (over) return;
    try {
      step();
    } catch (error) {
      discard();
      tellUnwritten(file, error);
    }
  }

  function flush(): void {
    const text = lines.map((line) => `${line}\n`).join('');
    lines = [];
    attempt(() => output.write(text));
  }

  function discard(): void {
    if (!over) output.discard();
    over = true;
  }

  return {
    write(line) {
      if (lines.push(line) === LINES_A_PIECE) flush();
    },
    keep() {
      flush();
      attempt(() => output.keep());
      over = true;
    },
    discard,
  };
}
