import { once } from 'node:events';
import { setImmediate, setTimeout } from 'node:timers/promises';

const STOP_MS = 100; // within which a process that was told to stop has stopped

/**
 * Stops this process as ^Z does, until it is let go on. False if it was not stopped: the system stops nothing that has no shell which could
 * let it go on.
 *
 * @param pid this process, or 0 for the whole job: `npm start` waits for this process and has to stop as well
 */
export async function stopUntilContinued(pid: number): Promise<boolean> {
  const told = process.listeners('SIGTSTP');
  process.removeAllListeners('SIGTSTP'); // or the signal would be told, not obeyed
  const waiting = new AbortController();
  const goesOn = once(process, 'SIGCONT', { signal: waiting.signal }).then(
    () => true,
    () => false,
  );
  process.kill(pid, 'SIGTSTP');
  const stayed = setTimeout(STOP_MS)
    .then(() => setImmediate()) // in which a signal that came meanwhile is told
    .then(() => waiting.abort());
  const stopped = await goesOn;
  await stayed;
  for (const listener of told) process.on('SIGTSTP', listener);
  return stopped;
}

/** Makes Node ask for the window's size. A window that changes while its program is stopped does not tell it. */
export function learnWindowSize(): void {
  process.emit('SIGWINCH');
}
