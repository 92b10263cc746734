import { quoted } from './parameters.ts';

/** The files that a program is: what executes it, and its main module. */
export interface Program {
  readonly node: string;
  readonly main: string;
}

/**
 * A command line of mailsim as a shell script that runs wherever it lies. In a checkout there is no `mailsim` on the path, so the script runs
 * the program that wrote it; where that is not, the one that is installed. Files that the command names are looked for beside the script.
 */
export function scriptOf(command: string, version: string, { node, main }: Program): string {
  return [
    '#!/bin/sh',
    `# Written by mailsim ${version}; runs it, or if it is not there, the one that is installed.`,
    'cd "$(dirname "$0")" || exit',
    'mailsim() {',
    `  if [ -x ${quoted(node)} ] && [ -e ${quoted(main)} ]; then`,
    `    ${quoted(node)} ${quoted(main)} "$@"`,
    '  else',
    '    command mailsim "$@"',
    '  fi',
    '}',
    command,
    '',
  ].join('\n');
}
