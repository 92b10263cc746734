import { join } from 'node:path';
import { codeOf, createFile } from '../commands/open-output.ts';

const MOST_TRIES = 10_000;

/**
 * Writes a text to a file that was not there before: `name.ending`, or with a number before the ending. Returns its name.
 *
 * @throws if nothing can be written there; nothing of the file is left
 */
export function writeNewFile(folder: string, name: string, ending: string, text: string): string {
  for (let i = 1; i <= MOST_TRIES; i++) {
    const fileName = `${name}${i === 1 ? '' : `-${i}`}.${ending}`;
    const file = createUnlessThere(join(folder, fileName));
    if (file === null) continue;
    try {
      file.write(text);
      file.keep();
      return fileName;
    } catch (error) {
      file.discard();
      throw error;
    }
  }
  throw new Error(`there are ${MOST_TRIES} files of that name`);
}

function createUnlessThere(path: string): ReturnType<typeof createFile> | null {
  try {
    return createFile(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  }
}
