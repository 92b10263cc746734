import { type Agent, type ClientRequest, type IncomingMessage, request as makeRequest, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { JSON_TYPE } from '../http/broken-requests.ts';
import { type ErrorCode, ServiceError } from '../http/errors.ts';
import { expectation } from '../http/expectation.ts';
import { refusal } from '../http/refusal.ts';
import type { Turn } from './clients.ts';
import { endToEnd } from './headers.ts';
import { CONNECT_WITHIN_MS, type Rotation } from './rotation.ts';

/** How a request ends: with the answer of a pod, or with one of the balancer's own. */
export type Ending = 'answered' | ErrorCode;

export interface Way {
  readonly rotation: Rotation;
  readonly agent: Agent;
  /** Real ms without a word from the pod until its request is given up. */
  readonly answerWithinMs: number;
  /** Calls back after the balancer's latency. */
  delay(callback: () => void): void;
  /** A request goes to a pod. */
  forwarded(pod: URL): void;
}

/** A client that takes nothing of its answer for so long is given up, real. */
const READ_WITHIN_MS = 30_000;

/** What of a failed connection is this machine's fault, and not the pod's. */
const OWN_FAULTS = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM', 'EAGAIN']);

/** Without a body of its own, of these methods Node sends none. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** The way of one request to a pod and of its answer back. `ended` is told how it ended, once. */
export function createExchange(request: IncomingMessage, response: ServerResponse, way: Way, ended: (how: Ending) => void): Turn {
  let over = false;
  let begun = false;
  let broken: ServiceError | undefined;
  let outgoing: ClientRequest | undefined;

  function end(how: Ending): void {
    if (over) return;
    over = true;
    ended(how);
  }

  /** Answers in the pod's place. Half an answer cannot be taken back: its connection is cut. */
  function refuse(error: ServiceError): void {
    if (over) return;
    end(error.code);
    outgoing?.destroy();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const body = JSON.stringify(error);
    const retry = error.status === 503 ? { 'Retry-After': 1 } : {};
    beginAnswer(error.status, undefined, { 'Content-Type': JSON_TYPE, 'Content-Length': Buffer.byteLength(body), ...retry });
    response.end(body);
  }

  function beginAnswer(status: number, message: string | undefined, headers: string[] | Record<string, string | number>): void {
    // Whether the body will come nobody can tell of a client that was not told to go on.
    if (expectation(request) === 'continue' && !request.complete) response.shouldKeepAlive = false;
    request.socket.setTimeout(READ_WITHIN_MS); // Node's server sets it anew with the next request, and destroys the connection if it passes
    if (message === undefined) response.writeHead(status, headers as Record<string, string | number>);
    else response.writeHead(status, message, headers as string[]);
  }

  function forward(): void {
    if (over) return;
    const pod = way.rotation.next();
    if (pod === undefined) {
      refuse(new ServiceError('no_pod'));
      return;
    }
    let connected = false;
    const { agent, answerWithinMs: timeout } = way;
    const { hostname, port } = pod;
    const { method, url: path } = request;
    const to = makeRequest({ agent, hostname, port, method, path, headers: headersFor(pod), setHost: false, timeout });
    outgoing = to;
    to.once('socket', (socket) => {
      whenConnected(socket, () => {
        connected = true;
        way.forwarded(pod);
        sendBody(to);
      });
    });
    to.once('response', takeAnswer);
    to.once('continue', () => {
      if (over || expectation(request) === 'none') return; // HTTP/1.0 is not told to go on, and its body is on its way
      response.writeContinue();
      request.pipe(to);
    });
    to.once('timeout', () => refuse(new ServiceError('pod_timeout')));
    to.on('error', (error: NodeJS.ErrnoException) => {
      if (over) return;
      if (connected) return refuse(new ServiceError('pod_broke_off'));
      if (OWN_FAULTS.has(error.code ?? '')) return refuse(new ServiceError('no_connection'));
      way.rotation.leave(pod);
      forward(); // nothing has been sent, so the next pod can have it
    });
  }

  function headersFor(pod: URL): string[] {
    const { headers, rawHeaders, method = '' } = request;
    const fields = endToEnd(rawHeaders, headers.connection);
    if (headers.host === undefined) fields.push('Host', pod.host);
    if (headers['transfer-encoding'] !== undefined) fields.push('Transfer-Encoding', 'chunked');
    else if (headers['content-length'] === undefined && !WITHOUT_BODY.has(method)) fields.push('Content-Length', '0');
    return fields;
  }

  function sendBody(to: ClientRequest): void {
    const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers;
    if (length === '0' && coding === undefined) to.end();
    else if (expectation(request) === 'continue') to.flushHeaders();
    else request.pipe(to);
  }

  function takeAnswer(answer: IncomingMessage): void {
    answer.on('error', () => refuse(new ServiceError('pod_broke_off')));
    if (over) return;
    beginAnswer(answer.statusCode!, answer.statusMessage, endToEnd(answer.rawHeaders, answer.headers.connection));
    answer.pipe(response);
    if (outgoing!.writableEnded) return;
    // It came before the body had: the pod gets no more of that, and its connection, on which the rest is missing, ends with the answer.
    request.unpipe(outgoing);
    answer.once('end', () => outgoing!.destroy());
  }

  response.once('finish', () => end('answered'));
  request.on('error', (error) => {
    if (!(error instanceof ServiceError)) return; // the client has gone; `vanish` is called
    broken = error;
    if (begun) refuse(error);
  });
  return {
    isRead: () => request.complete, // no getter: V8 would keep a hidden class for each exchange, and by it the exchange, until a major collection
    begin() {
      begun = true;
      request.socket.setTimeout(0);
      const error = broken ?? refusal(request);
      if (error === undefined) way.delay(forward);
      else refuse(error);
    },
    vanish() {
      end('client_gone');
      outgoing?.destroy();
    },
  };
}

function whenConnected(socket: Socket, callback: () => void): void {
  if (!socket.connecting) {
    callback();
    return;
  }
  const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), CONNECT_WITHIN_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('connect', () => {
    clearTimeout(timer);
    callback();
  });
}
