import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Call, Trace } from './play.ts';
import { MAX_HANDLES, type Program } from './program.ts';
import { nowNs } from './real/clock.ts';
import { mainFile } from './real/main-file.ts';
import { ANNOUNCEMENTS, FIRST_PIPE } from './real/real-clock.ts';

const HANGS_MS = 60_000;
const EARLY_NS = 2_000_000; // a timer is up to 1 ms late, and nobody wakes at once: the rest of the time is spun

/** What a process did on the machine's own clock. */
export interface RealRun {
  readonly trace: Trace;
  /** What each call took, of burns beyond their time; only if timed. */
  readonly callsNs?: readonly (readonly [Call, number])[];
  /** How much later than asked each I/O was made ready. */
  readonly readyLateNs: readonly number[];
}

/** A program on the real clock. */
export type PlayOnRealClock = typeof playOnRealClock;

/** A program on the Node that runs this, unmodified, on the real clock, in a process of its own. Its I/O is made ready by this process. */
export async function playOnRealClock(program: Program, { timed = false } = {}): Promise<RealRun> {
  const child = spawn(process.execPath, [mainFile(program)], {
    stdio: ['ignore', 'pipe', 'inherit', ...Array.from({ length: FIRST_PIPE - ANNOUNCEMENTS + MAX_HANDLES }, () => 'pipe' as const)],
    env: { PROGRAM: JSON.stringify(program), ...(timed && { TIMED: '1' }) },
    timeout: HANGS_MS,
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill); // interrupted: without this process the other could not end
  const exited = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`the process of program ${program.seed} ended with ${signal ?? code}`)),
    );
  });
  const readyLateNs: number[] = [];
  makeReady(child, readyLateNs);
  const [output] = await Promise.all([text(child.stdout as Readable), exited]);
  process.removeListener('exit', kill);
  return { ...(JSON.parse(output) as Pick<RealRun, 'trace' | 'callsNs'>), readyLateNs };
}

/** Writes a byte into each pipe that the process announces, at its instant. */
function makeReady(child: ChildProcess, lateNs: number[]): void {
  const pipe = (descriptor: number): Duplex => child.stdio[descriptor] as Duplex;
  const pending: { readonly pipe: Duplex; readonly atNs: number }[] = []; // in the order of readiness
  let unread = '';
  let cancel = (): void => {};

  function writeDue(): void {
    cancel();
    while (pending.length > 0 && pending[0]!.atNs <= nowNs()) {
      const { pipe, atNs } = pending.shift()!;
      pipe.write('x');
      lateNs.push(nowNs() - atNs);
    }
    if (pending.length === 0) return;
    const leftNs = pending[0]!.atNs - nowNs();
    if (leftNs > EARLY_NS) {
      const timer = setTimeout(writeDue, (leftNs - EARLY_NS) / 1e6);
      cancel = () => clearTimeout(timer);
    } else {
      const immediate = setImmediate(writeDue);
      cancel = () => clearImmediate(immediate);
    }
  }

  for (let at = 0; at < MAX_HANDLES; at++) pipe(FIRST_PIPE + at).on('error', () => {}); // the process closes what it wants
  pipe(ANNOUNCEMENTS)
    .setEncoding('utf8')
    .on('data', (piece: string) => {
      const lines = `${unread}${piece}`.split('\n');
      unread = lines.pop()!;
      for (const line of lines) {
        const [number, atNs] = line.split(' ').map(Number) as [number, number];
        let place = pending.length;
        while (place > 0 && pending[place - 1]!.atNs > atNs) place--;
        pending.splice(place, 0, { pipe: pipe(FIRST_PIPE + number), atNs });
      }
      writeDue();
    });
}
