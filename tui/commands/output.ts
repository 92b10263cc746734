import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';

const LINES_A_PIECE = 10_000;

/** Results go to the file that was named, whole or not at all, or to stdout. Where the file cannot be written they go to stdout, and nothing is lost. */
export function writeResult(text: string, out: string | null): void {
  if (out === null) {
    process.stdout.write(text);
    return;
  }
  const unfinished = `${out}.part`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, out);
  } catch (error) {
    rmSync(unfinished, { force: true });
    process.stdout.write(text);
    complain(`could not write ${out} (${reason(error)}); the result is on stdout`);
    process.exitCode = 1;
  }
}

/** Writes lines to a file as they come, a large piece at a time. Where the file can take no more it says so once, and the command goes on. */
export function openLines(file: string): { write(line: string): void; close(): void } {
  const descriptor = openSync(file, 'w');
  let full = false;
  let lines: string[] = [];
  const flush = () => {
    try {
      if (!full && lines.length > 0) writeSync(descriptor, lines.map((line) => `${line}\n`).join(''));
    } catch (error) {
      full = true;
      complain(`could not write all of ${file} (${reason(error)})`);
      process.exitCode = 1;
    }
    lines = [];
  };
  return {
    write(line) {
      if (lines.push(line) === LINES_A_PIECE) flush();
    },
    close() {
      flush();
      closeSync(descriptor);
    },
  };
}

export function complain(message: string): void {
  process.stderr.write(`mailsim: ${message}\n`);
}

/** What went wrong, in the system's words. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
