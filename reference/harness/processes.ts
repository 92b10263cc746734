import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ToChild, ToParent } from './child.ts';

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
  readonly env?: NodeJS.ProcessEnv;
  /** A file descriptor for its standard output; nowhere where it is left out. */
  readonly stdout?: number;
  readonly readyWithinMs?: number;
  readonly stopWithinMs?: number;
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
  /** Resolves when the process is gone, however it ended. */
  readonly exited: Promise<Exit>;
  /** The last of what it wrote to its standard error. */
  stderr(): string;
  /** Asks it something. Rejects with what the process threw, or where it ends before it answers. */
  ask(question: unknown): Promise<unknown>;
  /** SIGTERM, and SIGKILL where that does not end it in time. */
  stop(): Promise<Exit>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<Exit>;
}

export interface Processes {
  /** Starts a process; where it does not become ready, all are stopped and this rejects, saying why. */
  start<Listening>(spec: ProcessSpec): Promise<Process<Listening>>;
  /** Stops all, the last started first. */
  stop(): Promise<void>;
}

const STDERR_KEPT = 8192; // characters

/** Processes that live and end together. */
export function createProcesses(): Processes {
  const started: Process<unknown>[] = [];
  let stopping: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (const each of started.reverse()) await each.stop();
  }
  const stop = () => {
    stopping ??= stopAll();
    return stopping;
  };

  return {
    async start(spec) {
      try {
        if (stopping) throw new Error(`${spec.name} is not started: all are stopping`);
        const process = await startProcess<never>(spec, (each) => started.push(each));
        return process;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
  };
}

async function startProcess<Listening>(spec: ProcessSpec, register: (process: Process<unknown>) => void): Promise<Process<Listening>> {
  const {
    name,
    module,
    preload,
    options,
    nodeOptions = [],
    env = process.env,
    stdout = 'ignore',
    readyWithinMs = 20_000,
    stopWithinMs = 10_000,
  } = spec;
  const extension = extname(import.meta.url);
  const child = fork(`${fileURLToPath(module)}${extension}`, {
    env,
    execArgv: [...nodeOptions, ...(preload ? ['--import', `${preload.href}${extension}`] : [])], // those of a test runner are none of the child's business
    stdio: ['ignore', stdout, 'pipe', 'ipc'],
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null })); // it could not even be started
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const ask = asker(name, child, exited);
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  const handle = {
    name,
    pid: child.pid ?? -1,
    exited,
    stderr: () => stderr,
    ask,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      const exit = await end('SIGTERM');
      clearTimeout(timer);
      return exit;
    },
    kill: () => end('SIGKILL'),
  };
  register({ ...handle, listening: null });
  child.send({ options } satisfies ToChild, () => {}); // where it fails the process has ended, and says why
  const listening = await ready<Listening>(name, child, readyWithinMs, () => stderr);
  return { ...handle, listening };
}

/** What the process listens on. Rejects where it ends or says nothing in time. */
async function ready<Listening>(name: string, child: ChildProcess, withinMs: number, stderr: () => string): Promise<Listening> {
  const closed = once(child, 'close'); // unlike 'exit' it comes after the last of the standard error
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`is not ready after ${withinMs} ms`), withinMs);
    const fail = (what: string) => {
      clearTimeout(timer);
      reject(new Error([`${name} ${what}`, stderr().trim()].filter(Boolean).join(':\n')));
    };
    child.on('message', function listen(message: ToParent) {
      if (!('listening' in message)) return;
      child.off('message', listen);
      clearTimeout(timer);
      resolve(message.listening as Listening);
    });
    closed.then(
      () => fail(`ended with ${child.exitCode ?? child.signalCode} before it was ready`),
      (error: Error) => fail(`cannot be started (${error.message})`),
    );
  });
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
