import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { ServiceError } from '../http/errors.ts';
import type { Metrics } from './metrics.ts';
import type { WorkerPool } from './workers.ts';

export interface OperationsParts {
  readonly workers: WorkerPool;
  readonly metrics: Metrics;
  /** Rejects with what fails (`health.ts`). */
  readonly checkHealth: () => Promise<void>;
  readonly isStopping: () => boolean;
  /** The OpenAPI document of the service. */
  readonly openApi: () => object;
}

/**
 * What the people who run the service ask a pod, at a port of its own that no client of the service reaches: who floods the service learns
 * nothing here and cannot keep them out. None of it holds a worker, so a pod with a full pool still answers.
 */
export const operationsRoutes: FastifyPluginAsyncTypebox<OperationsParts> = async (
  app,
  { workers, metrics, checkHealth, isStopping, openApi },
) => {
  const healthy = Type.Object({
    status: Type.Literal('ok'),
    workers: Type.Object({ busy: Type.Integer(), size: Type.Integer() }),
  });
  app.get('/health', { schema: { response: { 200: healthy } } }, async () => {
    if (isStopping()) throw new ServiceError('shutting_down');
    await checkHealth();
    return { status: 'ok' as const, workers: { busy: workers.busy.value, size: workers.size } };
  });
  app.get('/metrics', (_request, reply) => {
    reply.type(metrics.contentType);
    return metrics.text();
  });
  app.get('/openapi.json', async () => openApi());
};
