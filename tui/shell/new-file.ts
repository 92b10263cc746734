import { join } from 'node:path';
import { codeOf, createFile } from '../commands/open-output.ts';

const MOST_TRIES = 10_000;

const MODES: Readonly<Record<string, number>> = { sh: 0o777 };
const MODE = 0o666; // less what the umask takes

/**
 * Writes a text to a file that was not there before: `name.ending`, or with a number before the ending. Scripts can be executed. Returns its
 * name.
 *
 * @throws if nothing can be written there; nothing of the file is left
 */
export function writeNewFile(folder: string, name: string, ending: string, text: string): string {
  for (let i = 1; i <= MOST_TRIES; i++) {
    const fileName = `${name}${i === 1 ? '' : `-${i}`}.${ending}`;
    const file = createUnlessThere(join(folder, fileName), MODES[ending] ?? MODE);
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

function createUnlessThere(path: string, mode: number): ReturnType<typeof createFile> | null {
  try {
    return createFile(path, mode);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  }
}
