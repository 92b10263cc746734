import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { answerBrokenRequests } from '../http/broken-requests.ts';
import { letAnswersArrive } from '../http/closing.ts';
import { errors, ServiceError } from '../http/errors.ts';
import { expectation } from '../http/expectation.ts';
import { HEAD_WITHIN_MS, MAX_BODY_BYTES } from '../http/limits.ts';
import { refusal } from '../http/refusal.ts';
import { countRequests, type Ended } from './counting.ts';
import { answerError, handleErrors } from './error-handling.ts';

export type App = ReturnType<typeof createApp>;

/** A request holds its worker while its body arrives, so a slow client is cut off. */
const REQUEST_WITHIN_MS = 10_000;

/** A server with no routes yet, whose every error is one of the catalogue. Every answer to a request names the pod. */
export function createApp(pod: string, loggerInstance: FastifyBaseLogger, ended: Ended) {
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_WITHIN_MS,
    http: { headersTimeout: HEAD_WITHIN_MS, connectionsCheckingInterval: 1_000, requireHostHeader: false }, // `refusal` requires it
    return503OnClosing: false, // `stop` refuses new work itself, with a coded answer
    // Fastify's defaults would drop unknown fields and make strings of numbers; here both are bad input.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    frameworkErrors: (error, request, reply) => {
      count(request, reply); // no hooks run for a path that cannot be read
      reply.header('x-pod', pod);
      answerError(error, request, reply);
    },
    clientErrorHandler: () => {}, // `answerBrokenRequests` does it
  }).withTypeProvider<TypeBoxTypeProvider>();

  letAnswersArrive(app.server);
  answerBrokenRequests(app.server, (code) => ended('none', errors[code].status, code));
  handleErrors(app);
  takeJsonAlone(app);
  const count = countRequests(app, ended);
  app.addHook('onRequest', (request, reply, done) => {
    count(request, reply);
    done(refusal(request.raw) ?? (request.is404 ? new ServiceError('route_not_found') : undefined));
  });
  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    reply.header('x-pod', pod);
    if (expectation(raw) === 'continue' && !raw.complete) reply.header('connection', 'close'); // nobody can tell whether its body will come
    done(null, payload);
  });
  return app;
}

/** Takes JSON in UTF-8 as it is, and nothing else: Fastify would ignore what encodes it, and read bytes that are no UTF-8 as U+FFFD. */
function takeJsonAlone(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isUtf8(body)) parse(request, body.toString(), done);
    else done(new ServiceError('invalid_json'));
  });
  app.addHook('preParsing', ({ method, headers, raw }, reply, _payload, done) => {
    if (method === 'POST' && !isPlain(headers)) return done(new ServiceError('unsupported_media_type'));
    if (expectation(raw) === 'continue') reply.raw.writeContinue();
    done();
  });
}

/** Whether a body is UTF-8 and not encoded, as far as its head says. */
function isPlain({ 'content-encoding': encoding = '', 'content-type': type = '' }: IncomingHttpHeaders): boolean {
  const charsets = [...type.matchAll(/;\s*charset\s*=\s*"?([^";]*)/gi)].map(([, charset]) => charset!.trim().toLowerCase());
  return ['', 'identity'].includes(encoding.toLowerCase()) && charsets.every((charset) => ['utf-8', 'utf8'].includes(charset));
}
