import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * The name of a server, which PostgreSQL writes into the title of each of its processes. By that they can be found when their postmaster is
 * gone, which the suspended among them do not notice.
 */
export const clusterName = (directory: string): string => basename(directory);

/** The data of the server in a directory. */
export const dataOf = (directory: string): string => join(directory, 'data');

const MOST_TRIES = 100;
const TRY_EVERY_MS = 10;

const WATCH = 'mailsim-watch';

/**
 * A shell that ends the server and removes its directory when this process is gone without having done so, as by SIGKILL: then the pipe between
 * them ends. So a server does not outlive its keeper, even if the keeper's parent is killed with it.
 */
export function watchOver(directory: string): ChildProcess {
  const script = [
    'read -r _; [ -d "$1" ] || exit',
    'read -r pid < "$2/postmaster.pid" && kill -9 "$pid"',
    'ipcrm -m "$(sed -n 7p "$2/postmaster.pid" | awk \'{ print $2 }\')"', // as `freeSharedMemory`
    'rm -rf "$1"',
  ].join('\n');
  return spawn('sh', ['-c', script, WATCH, directory, dataOf(directory)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
}

/** Kills every process of the server in a directory, and removes its shared memory and the directory. Does nothing if there is none. */
export function removeServer(directory: string): void {
  if (!existsSync(directory)) return;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const pids = serverProcesses(directory);
    if (pids.length === 0) break;
    for (const pid of pids) kill(pid);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TRY_EVERY_MS); // whoever calls this is about to exit, or has nothing else to do
  }
  freeSharedMemory(directory);
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
}

/** Those of the server's processes that SIGSTOP has suspended. */
export const suspendedProcesses = (directory: string): number[] => serverProcesses(directory).filter(isSuspended);

function serverProcesses(directory: string): number[] {
  const title = `postgres: ${clusterName(directory)}: `;
  const isOne = ([command = '', ...args]: readonly string[]) =>
    command.startsWith(title) ||
    (['postgres', 'initdb'].includes(basename(command)) && args.some((arg) => arg.includes(dataOf(directory)))) ||
    (args.includes(WATCH) && args.includes(directory));
  return commandLines()
    .filter(({ words }) => isOne(words))
    .map(({ pid }) => pid);
}

// If there is /proc it is asked, since a small system has no `ps`.
const proc = existsSync('/proc/self/stat');
const ps = (...args: readonly string[]) => spawnSync('ps', args, { encoding: 'utf8', maxBuffer: 2 ** 26 }).stdout;

function commandLines(): { readonly pid: number; readonly words: readonly string[] }[] {
  if (proc) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), words: readOrNothing(`/proc/${name}/cmdline`).split('\0') }));
  }
  return ps('-axo', 'pid=,command=')
    .split('\n')
    .map((line) => {
      const [, pid, command = ''] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
      return { pid: Number(pid), words: command.startsWith('postgres: ') ? [command] : command.split(' ') };
    });
}

const isSuspended = (pid: number): boolean =>
  proc ? /\) T /.test(readOrNothing(`/proc/${pid}/stat`)) : ps('-o', 'stat=', '-p', `${pid}`).startsWith('T');

/** What a server that is killed leaves in the kernel: the segment that keeps a second one out of its data. It is named in the seventh line of its lock file. */
function freeSharedMemory(directory: string): void {
  const [, id] =
    readOrNothing(join(dataOf(directory), 'postmaster.pid'))
      .split('\n')[6]
      ?.trim()
      .split(/\s+/) ?? [];
  if (id !== undefined) spawnSync('ipcrm', ['-m', id], { stdio: 'ignore' });
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}
