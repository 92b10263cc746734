import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ToChild, ToParent } from './child.ts';
import { inherited } from './environment.ts';
import { createLastWords, type Log } from './last-words.ts';

/** A process to start. Times are real ms. */
export interface ProcessSpec {
  /** As messages name it. */
  readonly name: string;
  /** Its module, as a URL without the extension: `.ts` or `.js` as this one has, for instance `new URL('../isps/main', import.meta.url)`. */
  readonly module: URL;
  /** A module that it loads before its own, named the same way. */
  readonly preload?: URL | undefined;
  /** Options of its Node. */
  readonly nodeOptions?: readonly string[];
  /** Sent first; the child validates them. */
  readonly options: unknown;
  /** Beside what all inherit (`environment.ts`). */
  readonly env?: Readonly<Record<string, string>>;
  readonly readyWithinMs?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that is ready. */
export interface Process<Listening> {
  readonly name: string;
  readonly pid: number;
  /** What it said when it was ready. */
  readonly listening: Listening;
  /** Resolves when the process is gone, however it ended, and all that it wrote was read. */
  readonly exited: Promise<Exit>;
  /** Asks it something. Rejects with what the process threw, or if it ends before it answers. */
  ask(question: unknown): Promise<unknown>;
  /** Ends it on purpose: SIGTERM, and SIGKILL if that does not end it in time. */
  stop(): Promise<Exit>;
  /** Ends it on purpose and at once, as a crash would. */
  kill(): Promise<Exit>;
}

/** A process from its start on. */
export interface StartedProcess<Listening> {
  /** Rejects if it ends or says nothing in time. */
  readonly ready: Promise<Process<Listening>>;
  readonly exited: Promise<Exit>;
  stop(): Promise<Exit>;
  kill(): Promise<Exit>;
  /** Whether it was told to end. */
  isEnding(): boolean;
  /** How it ended and what it wrote last, as a sentence that names it. */
  obituary(): Promise<string>;
}

/**
 * Starts a process. It is the leader of a session of its own, so the terminal's signals reach this process alone, which decides what they mean.
 * It ends with this one nevertheless: it watches the channel between them.
 */
export function startProcess<Listening>(spec: ProcessSpec, stopWithinMs: number, log: Log): StartedProcess<Listening> {
  const { name, module, preload, options, nodeOptions = [], env, readyWithinMs = 20_000 } = spec;
  const extension = extname(import.meta.url);
  const child = fork(`${fileURLToPath(module)}${extension}`, {
    env: { ...inherited(), ...env },
    execArgv: [...nodeOptions, ...(preload ? ['--import', `${preload.href}${extension}`] : [])], // those of a test runner are none of the child's business
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const lastWords = createLastWords(name, log);
  for (const stream of [child.stdout, child.stderr]) if (stream) lastWords.hear(stream); // a process that could not be started has none
  let failure = '';
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.on('error', ({ message }) => {
      failure = message;
      if (child.pid === undefined) resolve({ code: null, signal: null }); // it could not even be started
    });
  });
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    ending = true;
    child.kill(signal);
    return exited;
  };
  let isReady = false;
  const obituary = async () => {
    const { code, signal } = await exited;
    const when = isReady ? '' : ' before it was ready';
    if (child.pid === undefined) return `${name} could not be started: ${failure}`;
    const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
    const words = `${lastWords}`;
    return `${name} ${how}${when}${words === '' ? '; it said nothing' : `; its last words:\n  ${words.replaceAll('\n', '\n  ')}`}`;
  };
  const handle = {
    exited,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs); // ends even what is suspended
      const exit = await end('SIGTERM');
      clearTimeout(timer);
      return exit;
    },
    kill: () => end('SIGKILL'),
  };

  async function ready(): Promise<Process<Listening>> {
    const timedOut = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => timedOut.reject(new Error([`${name} is not ready after ${readyWithinMs} ms`, `${lastWords}`].filter(Boolean).join(':\n'))),
      readyWithinMs,
    );
    const ended = exited.then(async (): Promise<never> => {
      throw new Error(await obituary());
    });
    try {
      const listening = await Promise.race([listens<Listening>(child), ended, timedOut.promise]);
      isReady = true;
      return { name, pid: child.pid!, listening, ask: asker(name, child, exited), ...handle };
    } finally {
      clearTimeout(timer);
      ended.catch(() => {});
    }
  }

  child.send?.({ options } satisfies ToChild, () => {}); // if it fails the process has ended, and says why
  return { ...handle, ready: ready(), isEnding: () => ending, obituary };
}

async function listens<Listening>(child: ChildProcess): Promise<Listening> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [ToParent];
    if ('listening' in message) return message.listening as Listening;
  }
}

/** Questions to a process and their answers, paired by number. */
function asker(name: string, child: ChildProcess, exited: Promise<unknown>): (question: unknown) => Promise<unknown> {
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  child.on('message', (message: ToParent) => {
    if (!('id' in message)) return;
    const { resolve, reject } = waiting.get(message.id)!;
    waiting.delete(message.id);
    if ('error' in message) reject(new Error(`${name}: ${message.error}`));
    else resolve(message.answer);
  });
  const gone = () => new Error(`${name} has ended`);
  void exited.then(() => {
    for (const { reject } of waiting.values()) reject(gone());
    waiting.clear();
  });
  return (question) =>
    new Promise((resolve, reject) => {
      if (!child.connected) return reject(gone());
      const id = asked++;
      waiting.set(id, { resolve, reject });
      child.send({ id, question } satisfies ToChild, (error) => error && reject(gone()));
    });
}
