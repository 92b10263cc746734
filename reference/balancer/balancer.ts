import { once } from 'node:events';
import { Agent, type AgentOptions, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Type, { type Static } from 'typebox';
import { createAlarm } from '../harness/alarm.ts';
import type { Running } from '../harness/child.ts';
import { LOOPBACK, loopbackUrl } from '../harness/loopback.ts';
import type { Process, Processes } from '../harness/processes.ts';
import { answerBrokenRequests } from '../http/broken-requests.ts';
import { letAnswersArrive } from '../http/closing.ts';
import { HEAD_WITHIN_MS } from '../http/limits.ts';
import { createClients } from './clients.ts';
import { createExchange, type Ending } from './exchange.ts';
import { createRotation } from './rotation.ts';

export const optionsSchema = Type.Object(
  {
    pods: Type.Array(Type.String(), { minItems: 1, description: "The pods' URLs, in their order." }),
    latencyMs: Type.Number({ minimum: 0, default: 1.5, description: 'Model time, added to every request.' }),
    maxConnections: Type.Integer({ minimum: 1, default: 10_000, description: 'Connections of clients, idle ones included.' }),
    answerWithinMs: Type.Integer({ minimum: 1, default: 120_000, description: 'Real time in which a pod has to answer.' }),
    stretch: Type.Number({ exclusiveMinimum: 0, default: 1, description: 'Real time ÷ model time.' }),
  },
  { additionalProperties: false },
);
export type BalancerOptions = Static<typeof optionsSchema>;

export interface BalancerListening {
  readonly url: string;
}

export interface BalancerCounts {
  /** Requests that went to each pod, in their order. */
  readonly forwarded: readonly number[];
  /** Requests by how they ended, each in one: answered by a pod, or by the code of the balancer's own answer; client_gone if there was none. */
  readonly ended: Readonly<Partial<Record<Ending, number>>>;
  /** Connections beyond the limit while every other had a request; idle ones that were closed for a newer one. */
  readonly refused: number;
  readonly gaveWay: number;
  readonly connections: number;
  readonly podsUp: number;
}

// A connection that is idle for so long is closed, here and to the pods. Longer than a client keeps one, so that it is never closed under a request.
const KEEP_ALIVE_MS = 600_000;

const BUFFER_BYTES = 16 * 1024; // of a message on its way; the rest waits in the kernel, and so with its sender

const BACKLOG = 4096; // a burst of new connections waits in the kernel

/** The load balancer: forwards each request to the next pod in turn, after its latency. It changes nothing of a request or an answer but what is of one connection only. */
export async function startBalancer(options: BalancerOptions): Promise<Running & { readonly listening: BalancerListening }> {
  const latencyMs = options.latencyMs * options.stretch;
  const pods = options.pods.map(loopbackUrl);
  const alarm = await createAlarm();
  const rotation = createRotation(pods);
  const agent = new Agent({ keepAlive: true, maxFreeSockets: options.maxConnections, highWaterMark: BUFFER_BYTES } as AgentOptions);
  const forwarded = new Map(pods.map((pod) => [pod, 0]));
  const ended: Partial<Record<Ending, number>> = {};
  const count = (how: Ending) => {
    ended[how] = (ended[how] ?? 0) + 1;
  };
  const way = {
    rotation,
    agent,
    answerWithinMs: options.answerWithinMs,
    delay(callback: () => void) {
      if (latencyMs === 0) callback();
      else alarm.at(alarm.now() + latencyMs, callback);
    },
    forwarded: (pod: URL) => forwarded.set(pod, forwarded.get(pod)! + 1),
  };

  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEAD_WITHIN_MS,
    requestTimeout: 0, // the pods see to bodies
    connectionsCheckingInterval: 1_000,
    requireHostHeader: false, // `refusal` requires it
    highWaterMark: BUFFER_BYTES,
  });
  const clients = createClients(server, options.maxConnections);
  letAnswersArrive(server);
  answerBrokenRequests(server, count, clients.isHeld);
  server.on('request', (request, response) => clients.lineUp(request, response, createExchange(request, response, way, count)));
  server.listen({ port: 0, host: LOOPBACK, backlog: BACKLOG });
  await once(server, 'listening');

  return {
    listening: { url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}` },
    answer: (): BalancerCounts => ({ forwarded: [...forwarded.values()], ended, ...clients.counts(), podsUp: rotation.up() }),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      clients.close();
      await closed;
      agent.destroy();
      rotation.stop();
      await alarm.close();
    },
  };
}

/** The balancer's process, as its parent sees it. */
export interface BalancerProcess extends Process<BalancerListening> {
  counts(): Promise<BalancerCounts>;
}

/** Nothing here lives for longer than a request. With V8's 32 MB for what is young, hostile clients brought the process to 214 MB, so to less than 180. */
const NODE_OPTIONS = ['--max-semi-space-size=8'];

export async function forkBalancer(processes: Processes, options: unknown): Promise<BalancerProcess> {
  const module = new URL('./main', import.meta.url);
  const process = await processes.start<BalancerListening>({ name: 'balancer', module, options, nodeOptions: NODE_OPTIONS });
  return { ...process, counts: () => process.ask('counts') as Promise<BalancerCounts> };
}
