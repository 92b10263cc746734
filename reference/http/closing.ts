import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { QUIET_MS, READ_ON_BYTES, READ_ON_MS } from './limits.ts';

/**
 * An answer may come before its request has been read: 413, 503, 415. If the connection were closed then, with bytes of the client unread
 * or still to come, the kernel would reset it, and a client that is reset loses the answer that it has not read yet. So the rest is read and
 * forgotten, for a bounded while; only then the connection is cut.
 */

const closing = new WeakSet<Socket>();

/** Whether the last answer of a connection is out: whatever comes on it now is not looked at. */
export const isClosing = (socket: Socket): boolean => closing.has(socket);

/** Makes a server read on after answers that came early and before it closes a connection; a client that half-closes its connection is answered. */
export function letAnswersArrive(server: Server): void {
  Object.assign(server, { httpAllowHalfOpen: true }); // by its name in Node, which does not document it
  server.on('connection', (socket: Socket) => {
    socket.destroySoon = () => closeGently(socket); // what Node's server calls after the last answer of a connection
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    response.once('finish', () => {
      if (isClosing(request.socket)) return;
      if (request.complete) request.resume();
      else forget(request, request.socket);
    });
  });
}

/** Says that nothing more will come, and waits until the client says the same. */
function closeGently(socket: Socket): void {
  if (isClosing(socket)) return;
  closing.add(socket);
  socket.removeAllListeners('data'); // HTTP's: no further request is made of what comes
  socket.end();
  socket.setTimeout(QUIET_MS); // Node's server destroys it then
  forget(socket, socket);
}

/** Reads a stream to its end and forgets it; what is too much or takes too long costs the connection. */
function forget(stream: Readable, socket: Socket): void {
  let left = READ_ON_BYTES;
  let share = SHARE_BYTES;
  const timer = setTimeout(() => socket.destroy(), READ_ON_MS);
  stream.once('close', () => clearTimeout(timer));
  stream.on('data', ({ length }: Buffer) => {
    left -= length;
    share -= length;
    if (left < 0) socket.destroy();
    if (share > 0 || stream.isPaused()) return;
    stream.pause();
    waitInTurn(() => {
      share = SHARE_BYTES;
      stream.resume();
    });
  });
  stream.resume();
}

// One share a millisecond, 64 MB/s, is all that is read to be forgotten: clients that send without end cost the others next to nothing.
const SHARE_BYTES = 64 * 1024;
const TURN_MS = 1;
const waiting: (() => void)[] = [];

function waitInTurn(goOn: () => void): void {
  if (waiting.push(goOn) === 1) setTimeout(nextTurn, TURN_MS);
}

function nextTurn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setTimeout(nextTurn, TURN_MS);
}
