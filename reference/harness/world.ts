import { setTimeout as pause } from 'node:timers/promises';
import type { Scenario } from '../../fixtures/schema.ts';
import { type BalancerProcess, forkBalancer } from '../balancer/balancer.ts';
import { forkIsps, type IspsProcess } from '../isps/isps.ts';
import { exchangeOf } from '../isps/recipient.ts';
import { makeCertificate } from './certificate.ts';
import type { Log } from './last-words.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { createProcesses, type Process, type Processes } from './processes.ts';
import type { RowCounts } from './tables.ts';

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
  /** Takes all that the parts write, and the pods then write a line for each request. */
  readonly log?: Log | undefined;
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
  /** All parts but the pods. */
  helpers(): readonly Process<unknown>[];
  /** For further processes that shall live and end with it. */
  readonly processes: Processes;
  /** A temporary directory that goes with it. */
  readonly directory: string;
  countRows(): Promise<RowCounts>;
  /** What work comes to; rejects if meanwhile a part dies that nobody told to (`Processes.broken`), saying which and why. */
  during<Result>(work: Promise<Result>): Promise<Result>;
  stop(): Promise<void>;
}

/** A world from the beginning of its start on. */
export interface OpenedWorld {
  /** Rejects with the reason if a part does not start; then all is stopped. */
  readonly ready: Promise<World>;
  /** Stops all and leaves nothing behind, within twice `STOP_WITHIN_MS`; rejects if something is left, saying what. */
  stop(): Promise<void>;
  /** Kills all instead, also while it stops, and leaves nothing behind either. */
  kill(): Promise<void>;
}

const SPARE_MS = 60_000; // real time that a pod has to answer, beyond the deadline of its SMTP transaction
const SPARE_CONNECTIONS = 20; // beyond those of the pods: migrations, the harness, PostgreSQL's own
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const PATIENCE_MS = 10_000; // real ms with a statement, beyond the time that it is to take
const DEATH_TOLD_WITHIN_MS = 1000; // real ms from what it causes elsewhere

/** Starts all of it. */
export const startWorld = (options: WorldOptions): Promise<World> => openWorld(options).ready;

/** Begins to start all of it. */
export function openWorld(options: WorldOptions): OpenedWorld {
  const { scenario, stretch, tls, log } = options;
  const { pods, database, smtp, balancer } = scenario;
  const processes = createProcesses({ log });
  const keepers = createProcesses({ log }); // the database is ended after those who use it
  const broken = Promise.race([processes.broken, keepers.broken]);
  broken.catch(() => {}); // `during` tells
  let postgres: Postgres | undefined;
  let ending = false;

  async function end(how: 'stop' | 'kill'): Promise<void> {
    ending = true;
    if (how === 'kill') await Promise.all([processes.kill(), keepers.kill()]);
    await processes.stop();
    await keepers.stop();
    await started.catch(() => {}); // what has failed to start clears up
    await postgres?.stop();
  }
  const stop = () => end('stop');

  async function during<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await Promise.race([broken, work]);
    } catch (error) {
      if (!ending) await Promise.race([broken, pause(DEATH_TOLD_WITHIN_MS, undefined, { ref: false })]); // an error of the work may be a death's first sign
      throw error;
    }
  }

  async function start(): Promise<World> {
    const statementTimes = {
      insertMs: database.insertMs * stretch,
      updateMs: database.updateMs * stretch,
      selectMs: database.selectMs * stretch,
    };
    postgres = await startPostgres({
      maxConnections: pods.count * database.connectionsPerPod + SPARE_CONNECTIONS,
      databaseUrl: options.databaseUrl,
      keepers,
    });
    const { directory } = postgres;
    const certificate = tls
      ? await makeCertificate(
          smtp.isps.map(({ name }) => exchangeOf(name)),
          directory,
        )
      : null;
    const isps = await forkIsps(processes, {
      isps: smtp.isps,
      stretch,
      certificate: certificate && { key: certificate.key, cert: certificate.cert },
    });
    const { dns, isps: exchangers } = isps.listening;
    const env = {
      NODE_ENV: 'production',
      DATABASE_URL: postgres.url,
      DATABASE_CONNECTIONS: String(database.connectionsPerPod),
      STATEMENT_PATIENCE_MS: String(Math.round(Math.min(PATIENCE_MS + Math.max(...Object.values(statementTimes)), LONGEST_TIMER_MS))),
      WORKERS: String(pods.workers),
      SMTP_TIMEOUT_MS: String(Math.round(smtp.timeoutMs * stretch)),
      SMTP_TLS: certificate?.file ?? 'off',
      DNS_SERVERS: `${dns.host}:${dns.port}`,
      MAIL_EXCHANGERS: exchangers.map(({ exchange, host, port }) => `${exchange}=${host}:${port}`).join(','),
      LOG_LEVEL: log === undefined ? 'warn' : 'info',
    };
    const podProcesses = await Promise.all(
      Array.from({ length: pods.count }, (_, i) =>
        processes.start<Pick<Pod, 'url' | 'operationsUrl'>>({
          name: `pod-${i}`,
          module: new URL('../service/main', import.meta.url),
          preload: options.podPreload,
          options: null,
          env: { ...env, POD: `pod-${i}` },
        }),
      ),
    );
    if (options.database === 'emulated') {
      await postgres.installLatency(statementTimes);
    }
    const front = await forkBalancer(processes, {
      pods: podProcesses.map(({ listening }) => listening.url),
      latencyMs: balancer.latencyMs,
      maxConnections: balancer.maxConnections,
      answerWithinMs: Math.min(Math.round(smtp.timeoutMs * stretch) + SPARE_MS, LONGEST_TIMER_MS),
      stretch,
    });
    return {
      url: front.listening.url,
      pods: podProcesses.map(({ name, listening, ask }) => ({ name, ...listening, ask })),
      balancer: front,
      isps,
      helpers: () => [...keepers.running(), ...processes.running()].filter(({ pid }) => podProcesses.every((pod) => pod.pid !== pid)),
      processes,
      directory,
      countRows: postgres.countRows,
      during,
      stop,
    };
  }

  const started = start();
  const ready = during(started).catch(async (error) => {
    await stop();
    throw error;
  });
  ready.catch(() => {}); // whoever only stops it need not wait for it
  return { ready, stop, kill: () => end('kill') };
}
