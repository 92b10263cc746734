import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, errors } from '../http/errors.ts';

/** How a request ended: `code` is that of the error, '' if it is none. Every request ends once, also one whose client has gone. */
export type Ended = (route: string, status: number, code: ErrorCode | '') => void;

/** Gives a function that sees to it that the end of a request is told and logged. */
export function countRequests(app: FastifyInstance, ended: Ended): (request: FastifyRequest, reply: FastifyReply) => void {
  const unanswered = new WeakMap<Socket, Set<() => void>>();
  // Of what waits behind other answers Node says nothing when the connection closes, so the connection is asked.
  app.server.on('connection', (socket: Socket) => {
    const gone = new Set<() => void>();
    unanswered.set(socket, gone);
    socket.once('close', () => gone.forEach((each) => void each()));
  });

  return (request, reply) => {
    const { method, url, routeOptions } = request;
    const open = unanswered.get(request.raw.socket);
    const end = (status: number, code: ErrorCode | '') => {
      if (!open?.delete(gone)) return; // it has ended
      ended(`${method} ${routeOptions.url ?? 'none'}`, status, code);
      const fields = { method, url, status, code, timing: reply.getHeader('server-timing'), ms: reply.elapsedTime };
      reply.log.info(fields, code === 'client_gone' ? errors.client_gone.message : 'answered');
    };
    const gone = () => end(errors.client_gone.status, 'client_gone');
    open?.add(gone);
    reply.raw.once('finish', () => end(reply.statusCode, reply.errorCode));
  };
}
