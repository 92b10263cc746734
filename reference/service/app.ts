import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { answerBrokenRequest, answerError, handleErrors } from './error-handling.ts';
import { MAX_BODY_BYTES } from './schemas.ts';

export type App = ReturnType<typeof createApp>;

/** A request holds its worker while its body arrives, so a slow client is cut off. */
const REQUEST_TIMEOUT_MS = 10_000;

/** A server with no routes yet, whose every error is one of the catalogue. Every answer names the pod. */
export function createApp(pod: string, loggerInstance: FastifyBaseLogger) {
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: 1_000 }, // Node swaps the two timeouts where that of the headers is larger
    return503OnClosing: false, // `stop` refuses new work itself, with a coded answer
    // Fastify's defaults would drop unknown fields and make strings of numbers; here both are bad input.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    frameworkErrors: (error, request, reply) => {
      reply.header('x-pod', pod); // no hooks run for a path that cannot be read
      answerError(error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest,
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.removeContentTypeParser('text/plain'); // JSON is all that is taken
  handleErrors(app);
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('x-pod', pod);
    done(null, payload);
  });
  return app;
}
