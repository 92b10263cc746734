import type { Socket } from 'node:net';
import { isClosing } from '../http/closing.ts';

/** A body comes to an end where a head could begin, so its pieces are small too: they decide how many heads can come at once. */
const PIECES = { head: 512, body: 2048 };

/** What of a client may be read next: nothing while too many of its requests wait. */
export type Pace = keyof typeof PIECES | 'nothing';

/**
 * Feeds what a client sends to HTTP's parser piece by piece. Node's server makes a request of every head that it reads, and one read can
 * bring 2,500 of them; it has no limit of its own. Returns what makes it go on after 'nothing'.
 */
export function pace(socket: Socket, now: () => Pace): () => void {
  const [parse] = socket.listeners('data') as ((piece: Buffer) => void)[];
  if (parse === undefined) throw new Error("Node's HTTP server no longer listens to 'data'.");
  socket.removeListener('data', parse);
  socket.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; ) {
      if (isClosing(socket) || socket.destroyed) return;
      const pace = now();
      if (socket.isPaused() || pace === 'nothing') {
        socket.pause();
        socket.unshift(bytes.subarray(at));
        return;
      }
      const end = at + PIECES[pace];
      parse(bytes.subarray(at, end));
      at = end;
    }
  });
  return () => socket.resume();
}
