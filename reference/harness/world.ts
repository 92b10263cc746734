import type { Scenario } from '../../fixtures/schema.ts';
import { type BalancerProcess, forkBalancer } from '../balancer/balancer.ts';
import { forkIsps, type IspsProcess } from '../isps/isps.ts';
import { exchangeOf } from '../isps/recipient.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { installLatency } from './latency.ts';
import { startPostgres } from './postgres.ts';
import { createProcesses, type Processes } from './processes.ts';
import { createTables, type Tables } from './tables.ts';

export interface WorldOptions {
  readonly scenario: Scenario;
  /** Real time ÷ model time: every configured delay takes so many times as long. */
  readonly stretch: number;
  /** Whether the database takes the scenario's times, emulated inside it, or its own. */
  readonly database: 'emulated' | 'real';
  /** A PostgreSQL to use instead of an embedded one. */
  readonly databaseUrl?: string | undefined;
  /** STARTTLS between pods and ISPs. */
  readonly tls: boolean;
  /** A module that every pod loads before the service, as a URL without the extension; it may answer what the pod is asked. */
  readonly podPreload?: URL;
}

/** A pod, and where it listens. */
export interface Pod {
  readonly name: string;
  readonly url: string;
  /** Where it answers those who run it: metrics, health, documents. */
  readonly operationsUrl: string;
  /** Asks what was loaded before the service; the service itself answers nothing. */
  ask(question: unknown): Promise<unknown>;
}

/** The service and the world around it, on this machine's loopback. */
export interface World {
  /** The balancer's. */
  readonly url: string;
  readonly pods: readonly Pod[];
  readonly balancer: BalancerProcess;
  readonly isps: IspsProcess;
  readonly tables: Tables;
  /** For further processes that shall live and end with it. */
  readonly processes: Processes;
  /** Rejects when one of its processes ends by itself, saying which; never resolves. */
  readonly broken: Promise<never>;
  /** Stops all. Safe to call twice. */
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 5000; // a pod drains for as long as its deadline; whoever stops the whole world does not wait for that
const SPARE_CONNECTIONS = 20; // beyond those of the pods: migrations, the harness, PostgreSQL's own

/** Starts all of it; where a part does not start, all is stopped and this rejects with the reason. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { scenario, stretch, tls } = options;
  const { pods, database, smtp, balancer } = scenario;
  const undo: (() => unknown)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const step of undo.reverse()) await step();
    })();
    return stopping;
  };

  try {
    const postgres = await startPostgres({
      maxConnections: pods.count * database.connectionsPerPod + SPARE_CONNECTIONS,
      databaseUrl: options.databaseUrl,
    });
    undo.push(() => postgres.stop());
    const certificate: Certificate | null = tls ? await makeCertificate(smtp.isps.map(({ name }) => exchangeOf(name))) : null;
    if (certificate !== null) undo.push(() => certificate.remove());

    const processes = createProcesses();
    undo.push(() => processes.stop());
    const isps = await forkIsps(processes, {
      isps: smtp.isps,
      stretch,
      certificate: certificate && { key: certificate.key, cert: certificate.cert },
    });
    const { dns, isps: exchangers } = isps.listening;
    const env = {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DATABASE_URL: postgres.url,
      DATABASE_CONNECTIONS: String(database.connectionsPerPod),
      WORKERS: String(pods.workers),
      SMTP_TIMEOUT_MS: String(Math.round(smtp.timeoutMs * stretch)),
      SMTP_TLS: certificate?.file ?? 'off',
      DNS_SERVERS: `${dns.host}:${dns.port}`,
      MAIL_EXCHANGERS: exchangers.map(({ exchange, host, port }) => `${exchange}=${host}:${port}`).join(','),
    };
    const started = await Promise.all(
      Array.from({ length: pods.count }, (_, i) =>
        processes.start<Pick<Pod, 'url' | 'operationsUrl'>>({
          name: `pod-${i}`,
          module: new URL('../service/main', import.meta.url),
          preload: options.podPreload,
          options: null,
          env: { ...env, POD: `pod-${i}` },
          stopWithinMs: STOP_WITHIN_MS,
        }),
      ),
    );
    if (options.database === 'emulated') {
      const { insertMs, updateMs, selectMs } = database;
      await installLatency(postgres.adminUrl, { insertMs: insertMs * stretch, updateMs: updateMs * stretch, selectMs: selectMs * stretch });
    }
    const front = await forkBalancer(processes, {
      pods: started.map(({ listening }) => listening.url),
      latencyMs: balancer.latencyMs,
      maxConnections: balancer.maxConnections,
      stretch,
    });
    const tables = createTables(postgres.adminUrl);
    undo.push(() => tables.close());

    const broken = Promise.race(
      [...started, isps, front].map(async ({ name, exited, stderr }): Promise<never> => {
        const { code, signal } = await exited;
        throw new Error(`${name} ended with ${code ?? signal}\n${stderr()}`.trim());
      }),
    );
    broken.catch(() => {}); // whoever waits for it hears of it; nobody has to
    return {
      url: front.listening.url,
      pods: started.map(({ name, listening, ask }) => ({ name, ...listening, ask })),
      balancer: front,
      isps,
      tables,
      processes,
      broken,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
