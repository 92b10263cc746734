import fastifySwagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import type { Config } from './config.ts';
import { emailRoutes } from './emails.ts';
import { answerBrokenRequest, answerError, handleErrors } from './error-handling.ts';
import { createExchangerLookup } from './exchangers.ts';
import { holdWorkers } from './holding-workers.ts';
import { createMailer } from './mailer.ts';
import { createMetrics } from './metrics.ts';
import { migrate } from './migrate.ts';
import { operationsRoutes } from './operations.ts';
import { MAX_BODY_BYTES } from './schemas.ts';
import { openStore } from './store.ts';
import { WorkerPool } from './workers.ts';

export interface Service {
  /** Where it listens. */
  readonly url: string;
  readonly workers: WorkerPool;
  /** Refuses new work with 503, finishes what is in flight, and closes everything. */
  stop(): Promise<void>;
}

/** A request holds its worker while its body arrives, so a slow client is cut off. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Brings the schema up to date, connects to the database and listens. Rejects, with nothing left open, where one of them fails. */
export async function startService(config: Config, logger: FastifyBaseLogger): Promise<Service> {
  await migrate(config.databaseUrl);
  const store = await openStore(config, (err) => logger.warn({ err }, 'lost a database connection'));
  const workers = new WorkerPool(config.workers);
  const metrics = createMetrics(workers, store);
  let stopping = false;
  const isStopping = () => stopping;

  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: 1_000 }, // Node swaps the two timeouts where that of the headers is larger
    return503OnClosing: false, // `stop` refuses new work itself, with a coded answer
    // Fastify's defaults would drop unknown fields and make strings of numbers; here both are bad input.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    frameworkErrors: (error, request, reply) => {
      reply.header('x-pod', config.pod); // no hooks run for a path that cannot be read
      answerError(error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest,
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.removeContentTypeParser('text/plain'); // JSON is all that is taken
  handleErrors(app);
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('x-pod', config.pod);
    if (stopping) reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('onResponse', ({ method, url, routeOptions }, reply, done) => {
    metrics.responded(`${method} ${routeOptions.url ?? 'none'}`, reply.statusCode, reply.errorCode);
    reply.log.info(
      { method, url, status: reply.statusCode, code: reply.errorCode, timing: reply.getHeader('server-timing'), ms: reply.elapsedTime },
      'answered',
    );
    done();
  });
  await app.register(fastifySwagger, { openapi: { openapi: '3.1.0', info: { title: 'Email service', version: '1' } } });
  await app.register(async (scope) => {
    holdWorkers(scope, workers, metrics, isStopping);
    await scope.register(emailRoutes, { store, lookUp: createExchangerLookup(config), deliver: createMailer(config) });
  });
  await app.register(operationsRoutes, { workers, metrics, isStopping });

  try {
    const url = await app.listen({ host: config.host, port: config.port, listenTextResolver: (address) => `listening at ${address}` });
    return {
      url,
      workers,
      async stop() {
        stopping = true;
        await workers.idle();
        await app.close();
        await store.close();
      },
    };
  } catch (error) {
    await app.close();
    await store.close();
    throw error;
  }
}
