import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { constants as system } from 'node:os';
import { dirname, join } from 'node:path';
import { patiently } from '../../fixtures/patience.ts';
import { targetOf } from './target.ts';

/** Something that is being written. Every method throws if the system refuses. */
export interface Output {
  write(text: string): void;
  /** Ends it: what was written is there, whole. */
  keep(): void;
  /** Ends it as if it had never begun, as far as what was written can be taken back. */
  discard(): void;
}

/**
 * Begins to write to the file of a name, or to stdout. A plain file is replaced by a new one with its mode and owner once all is there, and
 * until then stays as it was. What cannot be replaced without harm is written in place: a device, a FIFO, a file of several names, one in a
 * folder that takes no new files. Links are followed.
 */
export function openOutput(name: string | null): Output {
  const target = targetOf(name ?? '-');
  if (target.kind === 'descriptor') return { write: (text) => writeAll(target.descriptor, text), keep() {}, discard() {} };
  if (target.kind === 'in place') return openInPlace(target.path);
  return openBeside(target.path, target.before) ?? openInPlace(target.path);
}

/** Begins to write what is there anew, as a shell's `>` does. */
function openInPlace(path: string): Output {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOCTTY);
  const close = closing(descriptor);
  return { write: (text) => writeAll(descriptor, text), keep: close, discard: close };
}

/** Closes a descriptor the first time that it is called. */
function closing(descriptor: number): () => void {
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    closeSync(descriptor);
  };
}

/** Writes to a new file that takes the other's place in the end; null if the folder takes none of that owner, and there is a file to be written in place. */
function openBeside(path: string, before: Stats | null): Output | null {
  const part = join(dirname(path), `.mailsim-${randomUUID()}.part`);
  let file: NewFile;
  try {
    file = createFile(part, before === null ? 0o666 : 0o600);
  } catch (error) {
    if (before === null || !isForbidden(error)) throw error;
    return null;
  }
  if (before !== null && !makeLike(file.descriptor, before)) {
    file.discard();
    return null;
  }
  return {
    ...file,
    keep() {
      try {
        fsyncSync(file.descriptor);
        file.keep(() => takeThePlace(part, path));
      } catch (error) {
        file.discard();
        throw error;
      }
    },
  };
}

/** Gives a file another's owner and mode; false if this process may not. */
function makeLike(descriptor: number, { uid, gid, mode }: Stats): boolean {
  try {
    const own = fstatSync(descriptor);
    if (own.uid !== uid || own.gid !== gid) fchownSync(descriptor, uid, gid);
    fchmodSync(descriptor, mode & 0o7777);
    return true;
  } catch {
    return false;
  }
}

/** A file that something is mounted on, or another's in a sticky folder, cannot be replaced: it gets the content. */
function takeThePlace(part: string, path: string): void {
  try {
    renameSync(part, path);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    copyFileSync(part, path);
    rmSync(part);
  }
}

const FORBIDDEN = new Set(['EACCES', 'EBUSY', 'EPERM', 'EROFS', 'EXDEV']);

const isForbidden = (error: unknown): boolean => FORBIDDEN.has(codeOf(error) ?? '');

interface NewFile extends Output {
  readonly descriptor: number;
  /** Ends it: `settle` has done what is left to do once it is closed. */
  keep(settle?: () => void): void;
}

const unfinished = new Set<string>();

/** Creates a file that was not there. It is taken away again if the process ends before it is kept. */
export function createFile(path: string, mode = 0o666): NewFile {
  const descriptor = openSync(path, 'wx', mode);
  const close = closing(descriptor);
  if (unfinished.size === 0) heed('on');
  unfinished.add(path);
  const settled = () => {
    unfinished.delete(path);
    if (unfinished.size === 0) heed('off');
  };
  return {
    descriptor,
    write: (text) => writeAll(descriptor, text),
    keep(settle = () => {}) {
      close();
      settle();
      settled();
    },
    discard() {
      rmSync(path, { force: true });
      settled();
      close();
    },
  };
}

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** While a file is unfinished a signal ends the process in a way that lets it be taken away, unless somebody else cares for the signal. */
function heed(turn: 'on' | 'off'): void {
  process[turn]('exit', takeAway);
  for (const signal of SIGNALS) process[turn](signal, endBy);
}

function takeAway(): void {
  for (const path of unfinished) rmSync(path, { force: true });
}

function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 1) process.exit(128 + system.signals[signal]);
}

/** Writes all of a text, however little the system takes at a time: a disk that is nearly full takes a part. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += patiently(() => writeSync(descriptor, bytes, at));
}

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
