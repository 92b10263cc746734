import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { isClosing } from './closing.ts';
import { type ErrorCode, ServiceError } from './errors.ts';

/** What Node says of broken requests, in terms of the catalogue; all else is bad_request. */
const parserErrors: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/**
 * Answers what Node's server leaves to others: bytes that are no HTTP, heads and bodies that do not come to their end, CONNECT. An answer
 * never overtakes one that is still due on its connection. If the head has been read, the request gets the answer as its 'error', and
 * whoever handles it answers; for those that have no head, `answered` is told. A client is not late while its connection `isHeld`.
 */
export function answerBrokenRequests(
  server: Server,
  answered: (code: ErrorCode) => void,
  isHeld: (socket: Socket) => boolean = () => false,
): void {
  const latest = new WeakMap<Socket, { readonly request: IncomingMessage; readonly response: ServerResponse }>();
  const broken = new WeakSet<Socket>();
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    latest.set(request.socket, { request, response });
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false; // Node loses what came with it, so nothing may follow it
  });
  // Whether to go on is for whoever handles the request to say.
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));

  server.on('clientError', (error: Error & { code?: string }, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else if (error.code !== 'ERR_HTTP_REQUEST_TIMEOUT' || !isHeld(socket))
      breakOff(socket, parserErrors[error.code ?? ''] ?? 'bad_request');
  });
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => {}); // Node has let go of it
    breakOff(socket, 'route_not_found');
  });

  /** Ends a connection with an error, after the answers that are due. */
  function breakOff(socket: Socket, code: ErrorCode): void {
    if (isClosing(socket) || broken.has(socket)) return; // the parser complains of every further piece
    broken.add(socket);
    const { request, response } = latest.get(socket) ?? {};
    if (request === undefined || response === undefined || (request.complete && response.writableFinished)) answerLast(socket, code);
    else if (request.complete)
      response.prependOnceListener('finish', () => answerLast(socket, code)); // before Node closes the connection
    else if (response.headersSent) socket.destroySoon();
    else {
      response.shouldKeepAlive = false;
      if (request.listenerCount('error') > 0) request.emit('error', new ServiceError(code));
      // Else its body is of no interest to whoever handles it, and its own answer is on its way.
    }
  }

  function answerLast(socket: Socket, code: ErrorCode): void {
    if (isClosing(socket) || !socket.writable) return;
    if (socket.bytesRead === 0) {
      socket.destroy(); // it was opened and never used: there is no request to answer
      return;
    }
    answered(code);
    const error = new ServiceError(code);
    const body = JSON.stringify(error);
    const head = [
      `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
      'Connection: close',
      `Content-Type: ${JSON_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroySoon();
  }
}

export const JSON_TYPE = 'application/json; charset=utf-8';
