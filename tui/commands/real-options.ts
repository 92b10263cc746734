import { availableParallelism } from 'node:os';
import type { InputFault } from '../../fixtures/input-error.ts';
import type { Scenario } from '../../fixtures/schema.ts';
import type { WorldOptions } from '../../reference/harness/world.ts';
import { isIspFault } from '../../reference/isps/faults.ts';
import { isDatabaseUrl, shownDatabaseUrl } from '../../reference/service/database-url.ts';
import { openLog } from './log-file.ts';
import type { Options } from './options.ts';

// A send takes about 3.5 ms of CPU in all processes together; beyond 60% of the cores the machine itself would be measured.
const CPU_MS_A_REQUEST = 3.5;
const CPU_SHARE = 0.6;

/** What the real service is started with. */
export function worldOptions({ scenario, stretch, database, tls, rates, log }: Options): WorldOptions {
  return {
    scenario,
    stretch: stretch === 'auto' ? leastStretch(rates[0]!) : stretch,
    database,
    tls,
    databaseUrl: process.env['DATABASE_URL'] || undefined,
    log: log === null ? undefined : openLog(log),
  };
}

/** The least whole stretch at which the machine has CPU to spare. */
function leastStretch(ratePerSecond: number): number {
  return Math.max(1, Math.ceil((ratePerSecond * CPU_MS_A_REQUEST) / (1000 * CPU_SHARE * availableParallelism())));
}

/** What a scenario may ask of the model and the real service does not have, and what is wrong with its environment. */
export function unplayable({ pods, balancer, database, faults }: Scenario): InputFault[] {
  const all = pods.count * database.connectionsPerPod;
  const url = process.env['DATABASE_URL'] || undefined;
  const found: readonly (InputFault & { readonly wrong: boolean })[] = [
    {
      wrong: pods.queueCapacity > 0,
      path: 'pods.queueCapacity',
      found: `${pods.queueCapacity}`,
      allowed: '0: the real service has no queue',
    },
    {
      wrong: balancer.policy !== 'roundRobin',
      path: 'balancer.policy',
      found: balancer.policy,
      allowed: 'roundRobin, as the real balancer',
    },
    {
      wrong: database.connections < all,
      path: 'database.connections',
      found: `${database.connections}`,
      allowed: `at least ${all}: the pods' pools are its only limit for real`,
    },
    ...faults.map((fault, i) => ({
      wrong: !isIspFault(fault),
      path: `faults.${i}`,
      found: fault.kind,
      allowed: 'smtpOutage, ispSlow or ispThrottle: others are not injected for real',
    })),
    {
      wrong: url !== undefined && !isDatabaseUrl(url),
      path: 'DATABASE_URL',
      found: shownDatabaseUrl(url ?? ''),
      allowed: 'postgres://user:password@host:port/database, or nothing',
    },
  ];
  return found.filter(({ wrong }) => wrong).map(({ path, found, allowed }) => ({ path, found, allowed }));
}
