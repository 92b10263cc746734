import Type, { type Static } from 'typebox';
import { InputError } from '../../fixtures/input-error.ts';
import { ispsSchema } from '../../fixtures/schema.ts';
import { createAlarm } from '../harness/alarm.ts';
import type { Running } from '../harness/child.ts';
import { LOOPBACK } from '../harness/loopback.ts';
import type { Process, Processes } from '../harness/processes.ts';
import type { Counts } from './counts.ts';
import { startDns } from './dns.ts';
import type { IspFault } from './faults.ts';
import { type IspServer, startIspServer } from './isp-server.ts';
import { domainOf, exchangeOf } from './recipient.ts';

const certificateSchema = Type.Object({ key: Type.String(), cert: Type.String() }, { additionalProperties: false });

export const optionsSchema = Type.Object(
  {
    isps: ispsSchema,
    stretch: Type.Number({ exclusiveMinimum: 0, default: 1, description: 'Real time ÷ model time.' }),
    certificate: Type.Union([certificateSchema, Type.Null()], { default: null, description: 'PEM. With one, STARTTLS is offered.' }),
  },
  { additionalProperties: false },
);
export type IspsOptions = Static<typeof optionsSchema>;

export interface IspsListening {
  /** Where each ISP's mail exchanger is, and the names that the DNS server gives it. */
  readonly isps: readonly {
    readonly name: string;
    readonly domain: string;
    readonly exchange: string;
    readonly host: string;
    readonly port: number;
  }[];
  readonly dns: { readonly host: string; readonly port: number };
}

/** What the process that plays the ISPs can be asked. */
export type IspsQuestion = { readonly kind: 'change'; readonly fault: IspFault; readonly begins: boolean } | { readonly kind: 'counts' };

/** All ISPs and the DNS server that knows them, in this process. */
export async function startIsps({ isps, stretch, certificate }: IspsOptions): Promise<Running & { readonly listening: IspsListening }> {
  assertDistinct(isps.map(({ name }) => name));
  const alarm = await createAlarm();
  const servers = new Map<string, IspServer>();
  for (const isp of isps) servers.set(isp.name, await startIspServer(isp, stretch, alarm, certificate));
  const dns = await startDns([...servers.keys()]);

  return {
    listening: {
      isps: [...servers].map(([name, { port }]) => ({ name, domain: domainOf(name), exchange: exchangeOf(name), host: LOOPBACK, port })),
      dns: { host: LOOPBACK, port: dns.port },
    },
    answer(question) {
      const asked = question as IspsQuestion;
      if (asked.kind === 'counts') return Object.fromEntries([...servers].map(([name, server]) => [name, server.counts()]));
      for (const server of servers.values()) server.change(asked.fault, asked.begins);
      return null;
    },
    async stop() {
      await alarm.close();
      await Promise.all([dns.stop(), ...[...servers.values()].map((server) => server.stop())]);
    },
  };
}

function assertDistinct(names: readonly string[]): void {
  const domains = names.map(domainOf);
  const twice = names.filter((_, i) => domains.indexOf(domains[i]!) !== i);
  if (twice.length > 0)
    throw new InputError(twice.map((name) => ({ path: 'isps', found: `${domainOf(name)} twice`, allowed: 'a domain for each ISP' })));
}

/** The process that plays the ISPs, as its parent sees it. */
export interface IspsProcess extends Process<IspsListening> {
  /** Begins or ends a fault. Transactions under way are not touched. */
  change(fault: IspFault, begins: boolean): Promise<void>;
  counts(): Promise<Readonly<Record<string, Counts>>>;
}

export async function forkIsps(processes: Processes, options: unknown): Promise<IspsProcess> {
  const process = await processes.start<IspsListening>({ name: 'isps', module: new URL('./main', import.meta.url), options });
  const ask = (question: IspsQuestion) => process.ask(question);
  return {
    ...process,
    async change(fault, begins) {
      await ask({ kind: 'change', fault, begins });
    },
    counts: () => ask({ kind: 'counts' }) as Promise<Record<string, Counts>>,
  };
}
