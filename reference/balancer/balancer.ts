import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import Type, { type Static } from 'typebox';
import { createAlarm } from '../harness/alarm.ts';
import type { Running } from '../harness/child.ts';
import { LOOPBACK, loopbackUrl } from '../harness/loopback.ts';
import type { Process, Processes } from '../harness/processes.ts';
import { createRotation } from './rotation.ts';

export const optionsSchema = Type.Object(
  {
    pods: Type.Array(Type.String(), { minItems: 1, description: "The pods' URLs, in their order." }),
    latencyMs: Type.Number({ minimum: 0, default: 1.5, description: 'Model time, added to every request.' }),
    maxConnections: Type.Integer({ minimum: 1, default: 10_000, description: 'Connections of clients; more are closed at once.' }),
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
  /** Connections beyond the limit. */
  readonly refused: number;
  /** Requests answered 502 because their pod could not be reached or broke off. */
  readonly aborted: number;
  /** Requests answered 502 because no pod was up. */
  readonly unserved: number;
  readonly connections: number;
  readonly podsUp: number;
}

// A connection that is idle for so long is closed, here and to the pods. Longer than a client keeps one, so that it is never closed under a request.
const KEEP_ALIVE_MS = 600_000;

const BACKLOG = 4096; // a burst of new connections waits in the kernel

/** The load balancer: forwards each request to the next pod in turn, after its latency. It changes nothing of a request or an answer. */
export async function startBalancer(options: BalancerOptions): Promise<Running & { readonly listening: BalancerListening }> {
  const latencyMs = options.latencyMs * options.stretch;
  const pods = options.pods.map(loopbackUrl);
  const alarm = await createAlarm();
  const rotation = createRotation(pods);
  const agent = new Agent({ keepAlive: true, maxFreeSockets: options.maxConnections });
  const proxy = createProxyServer({ agent, preserveHeaderKeyCase: true, proxyTimeout: 0 });
  const forwarded = new Map(pods.map((pod) => [pod, 0]));
  const counts = { refused: 0, aborted: 0, unserved: 0 };
  const sockets = new Set<Socket>();

  function forward(request: IncomingMessage, response: ServerResponse): void {
    if (response.destroyed) return; // the client has gone
    const pod = rotation.next();
    if (pod === undefined) {
      counts.unserved++;
      badGateway(response, 'no pod is up');
      return;
    }
    forwarded.set(pod, forwarded.get(pod)! + 1);
    void proxy.web(request, response, { target: pod });
  }

  proxy.on('error', (_error, _request, response, target) => {
    if (response === undefined || response.destroyed || !('writeHead' in response)) return; // the client broke off, not the pod
    counts.aborted++;
    const pod = pods.find(({ host }) => target instanceof URL && target.host === host);
    if (pod !== undefined) rotation.leave(pod);
    badGateway(response as ServerResponse, 'the pod broke off');
  });

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
    if (latencyMs === 0) forward(request, response);
    else alarm.at(alarm.now() + latencyMs, () => forward(request, response));
  });
  server.maxConnections = options.maxConnections;
  server.on('drop', () => counts.refused++);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen({ port: 0, host: LOOPBACK, backlog: BACKLOG });
  await once(server, 'listening');

  return {
    listening: { url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}` },
    answer: (): BalancerCounts => ({
      forwarded: [...forwarded.values()],
      ...counts,
      connections: sockets.size,
      podsUp: rotation.up(),
    }),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      agent.destroy();
      rotation.stop();
      await alarm.close();
    },
  };
}

function badGateway(response: ServerResponse, message: string): void {
  if (response.headersSent) {
    response.destroy(); // half an answer cannot be taken back
    return;
  }
  const body = JSON.stringify({ code: 'BAD_GATEWAY', message });
  response.writeHead(502, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** The balancer's process, as its parent sees it. */
export interface BalancerProcess extends Process<BalancerListening> {
  counts(): Promise<BalancerCounts>;
}

export async function forkBalancer(processes: Processes, options: unknown): Promise<BalancerProcess> {
  const process = await processes.start<BalancerListening>({ name: 'balancer', module: new URL('./main', import.meta.url), options });
  return { ...process, counts: () => process.ask('counts') as Promise<BalancerCounts> };
}
