import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOST_TRIES = 10_000;

/**
 * Writes a text to a file that was not there before: `name.ending`, or with a number before the ending. Returns its name.
 *
 * @throws where nothing can be written there; nothing of the file is left
 */
export function writeNewFile(folder: string, name: string, ending: string, text: string, write = writeFileSync): string {
  for (let i = 1; i <= MOST_TRIES; i++) {
    const file = `${name}${i === 1 ? '' : `-${i}`}.${ending}`;
    const path = join(folder, file);
    let descriptor: number;
    try {
      descriptor = openSync(path, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    try {
      write(descriptor, text);
      closeSync(descriptor);
      return file;
    } catch (error) {
      closeSync(descriptor);
      rmSync(path, { force: true });
      throw error;
    }
  }
  throw new Error(`there are ${MOST_TRIES} files of that name`);
}

/** What the system says is wrong, without its code, its call and its path: 'no space left on device'. */
export function systemReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
