import { constants, openSync, writeSync } from 'node:fs';
import { InputError } from '../../fixtures/input-error.ts';
import type { Log } from '../../reference/harness/last-words.ts';
import { complain, systemReason } from './complain.ts';
import { targetOf } from './target.ts';

// Nothing that is there is lost, and a FIFO that nobody reads is refused instead of waited for.
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Appends each line to a file, with its part's name before it. If the file can take no more that is told once, and what comes then is lost unless
 * it can again. Throws an InputError if it cannot be opened.
 */
export function openLog(file: string): Log {
  const descriptor = open(file);
  let told = false;
  return (part, line) => {
    try {
      writeSync(descriptor, `${part} ${line}\n`);
    } catch (error) {
      if (!told) complain(`could not write all of ${file} (${systemReason(error)})`);
      told = true;
    }
  };
}

function open(file: string): number {
  try {
    const target = targetOf(file);
    return target.kind === 'descriptor' ? target.descriptor : openSync(target.path, FLAGS);
  } catch (error) {
    const found = `${JSON.stringify(file)} (${systemReason(error)})`;
    throw new InputError([{ path: '--log', found, allowed: 'a file that can be written' }]);
  }
}
