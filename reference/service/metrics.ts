import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Ended } from './counting.ts';
import { type Step, steps } from './stopwatch.ts';
import type { Store } from './store.ts';
import type { WorkerPool } from './workers.ts';

export type Metrics = ReturnType<typeof createMetrics>;

const BUCKETS_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 20, 30, 60];
const REMAKE_AFTER_MS = 50; // real time; the text takes 0.5 ms of CPU, so 1% of the event loop at most

/**
 * What Prometheus reads. Levels come with their integral over time as a counter, so that the mean over any interval is exact:
 * rate(emails_worker_busy_seconds_total) is the mean number of busy workers. The event loop's delay and the process's own figures are
 * prom-client's (nodejs_eventloop_lag_*, process_*).
 */
export function createMetrics(workers: WorkerPool, store: Pick<Store, 'busy' | 'connections'>) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });

  gauge('emails_workers', 'Workers of this pod.', () => workers.size);
  gauge('emails_workers_busy', 'Workers that a request holds.', () => workers.busy.value);
  counter('emails_worker_busy_seconds_total', 'Integral of the busy workers over time.', () => workers.busy.integral);
  counter('emails_pool_full_seconds_total', 'Time during which every worker was busy.', () => workers.full.integral);
  gauge('emails_database_connections', 'Database connections of this pod.', () => store.connections);
  gauge('emails_database_connections_busy', 'Database connections that run a statement.', () => store.busy.value);
  counter('emails_database_busy_seconds_total', 'Integral of the busy database connections over time.', () => store.busy.integral);
  const loop = () => performance.eventLoopUtilization();
  counter(
    'emails_eventloop_active_seconds_total',
    'Time that the event loop spent outside its event provider.',
    () => loop().active / 1000,
  );
  counter('emails_eventloop_idle_seconds_total', 'Time that the event loop spent waiting for events.', () => loop().idle / 1000);
  gauge(
    'emails_eventloop_utilization',
    'Active share of the event loop since the start; for an interval take the counters.',
    () => loop().utilization,
  );

  const responses = new Counter({
    name: 'emails_responses_total',
    help: 'Requests by route, HTTP status and code of the error; code pool_full counts the rejected ones, client_gone those without an answer.',
    labelNames: ['route', 'status', 'code'],
    registers,
  });
  const times = new Histogram({
    name: 'emails_step_seconds',
    help: 'Where the time of requests goes: SMTP transactions, MX lookups, statements, waits for a connection, holding times of workers.',
    labelNames: ['step'],
    buckets: BUCKETS_SECONDS,
    registers,
  });
  const observers = new Map(steps.map((step) => [step, times.labels({ step })]));

  let made: Promise<string> = Promise.resolve('');
  let madeAtMs = -Infinity;

  return {
    ended: ((route, status, code) => responses.inc({ route, status, code })) satisfies Ended,
    stepTook: (step: Step, ms: number) => observers.get(step)!.observe(ms / 1000),
    contentType: registry.contentType,
    /** What Prometheus reads, at most REMAKE_AFTER_MS old: whoever asks more often costs the pod nothing more. */
    text(): Promise<string> {
      if (performance.now() - madeAtMs > REMAKE_AFTER_MS) {
        madeAtMs = performance.now();
        made = registry.metrics();
      }
      return made;
    },
  };
}
