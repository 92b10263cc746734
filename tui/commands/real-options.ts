import { availableParallelism } from 'node:os';
import { InputError, type InputFault } from '../../fixtures/input-error.ts';
import type { Scenario } from '../../fixtures/schema.ts';
import { parseNumber, type RawOptions } from './options.ts';

/** What the commands of the real service take beside the others. */
export interface RealOptions {
  /** Real time ÷ model time. */
  readonly stretch: number;
  readonly database: 'emulated' | 'real';
  readonly tls: boolean;
  readonly databaseUrl: string | undefined;
}

// A send takes about 3.5 ms of CPU in all processes together; beyond 60% of the cores the machine itself would be measured.
const CPU_MS_A_REQUEST = 3.5;
const CPU_SHARE = 0.6;

/** Reads them; throws one InputError with all faults, those of a scenario that the real service cannot play included. */
export function readRealOptions(raw: RawOptions, scenario: Scenario, ratePerSecond: number): RealOptions {
  const faults = unplayable(scenario);
  const text = raw.stretch ?? '1';
  const stretch = text === 'auto' ? enough(ratePerSecond) : parseNumber(text, (n) => n >= 1 && n <= 1000);
  if (stretch === null) faults.push({ path: '--stretch', found: JSON.stringify(text), allowed: "a number from 1 to 1000, or 'auto'" });
  const database = raw.database ?? 'emulated';
  if (database !== 'emulated' && database !== 'real')
    faults.push({ path: '--database', found: JSON.stringify(database), allowed: 'emulated, real' });
  if (faults.length > 0) throw new InputError(faults);
  return {
    stretch: stretch ?? 1,
    database: database === 'real' ? 'real' : 'emulated',
    tls: raw.tls === true,
    databaseUrl: process.env['DATABASE_URL'] || undefined,
  };
}

/** The least whole stretch at which the machine has CPU to spare. */
function enough(ratePerSecond: number): number {
  return Math.max(1, Math.ceil((ratePerSecond * CPU_MS_A_REQUEST) / (1000 * CPU_SHARE * availableParallelism())));
}

/** What a scenario may ask of the model, and the real service does not have. */
function unplayable({ pods, balancer, database, faults }: Scenario): InputFault[] {
  const all = pods.count * database.connectionsPerPod;
  return [
    ...(pods.queueCapacity > 0
      ? [{ path: 'pods.queueCapacity', found: String(pods.queueCapacity), allowed: '0: the real service has no queue' }]
      : []),
    ...(balancer.policy !== 'roundRobin'
      ? [{ path: 'balancer.policy', found: balancer.policy, allowed: 'roundRobin, as the real balancer' }]
      : []),
    ...(database.connections < all
      ? [
          {
            path: 'database.connections',
            found: String(database.connections),
            allowed: `at least ${all}: the pods' pools are its only limit for real`,
          },
        ]
      : []),
    ...(faults.length > 0 ? [{ path: 'faults', found: `${faults.length}`, allowed: 'none: they are not injected for real' }] : []),
  ];
}
