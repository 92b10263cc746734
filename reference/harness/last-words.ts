import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Takes each line that a part writes. */
export type Log = (part: string, line: string) => void;

/** Listens to what a process writes. */
export interface LastWords {
  hear(stream: Readable): void;
  /** The last lines, for a person: without stack traces, and of a log in JSON what its warnings and errors say. */
  toString(): string;
}

const LINES_KEPT = 12;
const LINE_LENGTH = 500;

export function createLastWords(part: string, log: Log): LastWords {
  const lines: string[] = [];
  return {
    hear(stream) {
      createInterface({ input: stream }).on('line', (line) => {
        const text = masked(line);
        log(part, text);
        const words = readable(text);
        if (words !== '' && lines.push(words.slice(0, LINE_LENGTH)) > LINES_KEPT) lines.shift();
      });
    },
    toString: () => lines.join('\n'),
  };
}

/** Without the password of any PostgreSQL URL in it. */
export function masked(text: string): string {
  return text.replace(/(postgres(?:ql)?:\/\/[^\s:@/]*:)\S*@/g, '$1***@').replace(/([?&](?:ssl)?password=)[^\s&"']*/gi, '$1***');
}

// Of an uncaught error, and of V8 without memory.
const NOISE = /^\s+at |^Node\.js v|^\s*\^+$|^\s*[})\]]+$|^$|^\s*\d+: 0x|^-----/;

interface PinoLine {
  readonly level?: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

const WARN = 40; // pino's level; what is below is daily business

function readable(line: string): string {
  if (!line.startsWith('{')) return NOISE.test(line) ? '' : line;
  try {
    const { level, msg, err } = JSON.parse(line) as PinoLine;
    return level !== undefined && level < WARN ? '' : [msg, err?.message].filter(Boolean).join(': ');
  } catch {
    return line;
  }
}
