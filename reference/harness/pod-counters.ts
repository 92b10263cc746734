import { askPod } from './ask-pod.ts';
import type { Pod } from './world.ts';

const ANSWERS_WITHIN_MS = 5000;

/** What a pod has counted since its start. Integrals are real seconds. */
export interface PodCounters {
  readonly workersBusy: number;
  readonly connectionsBusy: number;
  readonly workerBusySeconds: number;
  readonly poolFullSeconds: number;
  readonly databaseBusySeconds: number;
  readonly loopActiveSeconds: number;
  readonly loopIdleSeconds: number;
  /** CPU time of the whole process. */
  readonly cpuSeconds: number;
  readonly rejected: number;
}

/** Reads a pod's Prometheus metrics. Rejects, naming the pod, if it does not answer. */
export async function readCounters(pod: Pod): Promise<PodCounters> {
  const { text } = await askPod(pod, '/metrics', ANSWERS_WITHIN_MS);
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const rejected = [...text.matchAll(/^emails_responses_total\{[^}]*code="pool_full"[^}]*\} (\S+)$/gm)];
  return {
    workersBusy: value('emails_workers_busy'),
    connectionsBusy: value('emails_database_connections_busy'),
    workerBusySeconds: value('emails_worker_busy_seconds_total'),
    poolFullSeconds: value('emails_pool_full_seconds_total'),
    databaseBusySeconds: value('emails_database_busy_seconds_total'),
    loopActiveSeconds: value('emails_eventloop_active_seconds_total'),
    loopIdleSeconds: value('emails_eventloop_idle_seconds_total'),
    cpuSeconds: value('process_cpu_seconds_total'),
    rejected: rejected.reduce((sum, [, n]) => sum + Number(n), 0),
  };
}
