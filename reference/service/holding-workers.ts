import type { FastifyInstance } from 'fastify';
import { ServiceError } from '../http/errors.ts';
import type { Metrics } from './metrics.ts';
import { Stopwatch } from './stopwatch.ts';
import type { WorkerPool } from './workers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request that holds a worker. */
    stopwatch: Stopwatch;
    holdsWorker: boolean;
  }
}

/** Every request to the routes of `app` holds a worker, from before its body is read until its response is handed to the socket, or is answered 503. */
export function holdWorkers(app: FastifyInstance, workers: WorkerPool, metrics: Metrics, isStopping: () => boolean): void {
  app.decorateRequest('holdsWorker', false);
  app.decorateRequest('stopwatch');
  app.addHook('onRequest', (request, _reply, done) => {
    if (isStopping()) return done(new ServiceError('shutting_down'));
    if (!workers.tryAcquire()) return done(new ServiceError('pool_full'));
    request.holdsWorker = true;
    request.stopwatch = new Stopwatch(metrics.stepTook);
    done();
  });
  // onSend and not onResponse: it also runs when the client has gone, and the work of a client that has gone goes on.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.holdsWorker) {
      request.holdsWorker = false; // a response that fails to be sent is sent again, as an error
      reply.header('server-timing', request.stopwatch.stop());
      workers.release();
    }
    done(null, payload);
  });
}
