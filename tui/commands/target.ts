import { accessSync, constants, fstatSync, lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { systemReason } from './complain.ts';

/** What the name of a file stands for when something is to be written there, every symbolic link followed. */
export type Target =
  /** One of this process's own: `-`, `/dev/stdout` and its like. What stands in it already stays. */
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  /** A plain file of one name, or none yet: another can take its place whole. */
  | { readonly kind: 'file'; readonly path: string; readonly before: Stats | null }
  /** A device, a FIFO, or a file of several names (hard links): only its content can change. */
  | { readonly kind: 'in place'; readonly path: string; readonly before: Stats };

const STDOUT = 1;

export const isStdout = (target: Target): boolean => target.kind === 'descriptor' && target.descriptor === STDOUT;

const MOST_LINKS = 40; // as Linux has it

/** Finds it. Throws an Error in plain words if nothing can be written there. */
export function targetOf(name: string): Target {
  try {
    return follow(name);
  } catch (error) {
    throw new Error(systemReason(error));
  }
}

/** The same for two names if what is written to one changes what is read from, or written to, the other. Null: it stands for nothing that could. */
export function identityOf(name: string): string | null {
  try {
    const target = follow(name);
    const there = target.kind === 'descriptor' ? fstatSync(target.descriptor) : target.before;
    if (there !== null) return there.isCharacterDevice() ? null : `${there.dev} ${there.ino}`;
    return 'path' in target ? target.path : null;
  } catch {
    return null;
  }
}

function follow(name: string): Target {
  if (name === '-') return { kind: 'descriptor', descriptor: STDOUT };
  if (name.endsWith(sep)) throw new Error('a folder');
  let path = resolve(name);
  for (let links = 0; links <= MOST_LINKS; links++) {
    const folder = realpathSync(dirname(path));
    path = join(folder, basename(path));
    const descriptor = ownDescriptor(folder, path);
    if (descriptor !== null) return { kind: 'descriptor', descriptor };
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (!there?.isSymbolicLink()) return endOf(path, folder, there ?? null);
    path = resolve(folder, readlinkSync(path));
  }
  throw new Error('too many symbolic links');
}

/** The entries of `/proc/self/fd` look like links to files, but stand for what is open: a file written anew there would be another one. */
function ownDescriptor(folder: string, path: string): number | null {
  if (folder !== `/proc/${process.pid}/fd` && folder !== '/dev/fd') return null;
  statSync(path); // is open
  return Number(basename(path));
}

function endOf(path: string, folder: string, before: Stats | null): Target {
  if (before === null) {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return { kind: 'file', path, before };
  }
  if (before.isDirectory()) throw new Error('a folder');
  if (before.isSocket()) throw new Error('a socket');
  if (before.isBlockDevice()) throw new Error('a disk');
  accessSync(path, constants.W_OK);
  return before.isFile() && before.nlink === 1 ? { kind: 'file', path, before } : { kind: 'in place', path, before };
}
