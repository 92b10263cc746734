import type { InputFault } from '../../fixtures/input-error.ts';
import { nearest } from '../../fixtures/words.ts';

/** What a person could have typed: names of options, without dashes, and of commands. */
export interface Known {
  readonly options: readonly string[];
  readonly commands: readonly string[];
}

const isOption = (word = '') => /^-\D/.test(word); // -5 is a value

const takesValue = (word = '') => isOption(word) && !word.includes('=');

/** A fault for each word that means nothing to a command, with what it may be a slip of. What follows an unknown option is its value, and no fault of its own. */
export function strayFaults(words: readonly string[], { options, commands }: Known): InputFault[] {
  return words
    .filter((word, i) => isOption(word) || !takesValue(words[i - 1]))
    .map((word) => {
      const [, name] = /^-+([^=]+)/.exec(word) ?? [];
      const near = isOption(word) ? nearest(name ?? '', options) : nearest(word, commands);
      return {
        path: word,
        found: isOption(word) ? 'an option that does not exist' : "a word that is neither a command nor an option's value",
        allowed: near === undefined ? 'what --help lists' : `${isOption(word) ? '--' : ''}${near}? (--help lists all)`,
      };
    });
}
