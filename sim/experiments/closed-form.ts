import type { Scenario } from '../../fixtures/schema.ts';
import { connectionLimit } from '../metrics/flows.ts';
import { erlangB, mmcWaitMs } from '../theory/erlang.ts';
import { gimBlocking } from '../theory/gim.ts';
import { mmck } from '../theory/mmck.ts';
import { secondMomentUpTo } from '../theory/second-moment.ts';
import { ceilings, meanDeliveryMs } from './bottleneck.ts';
import { isTransient } from './warmup.ts';

/** A figure as theory has it. */
export interface Formula {
  readonly name: string;
  /** Whether all that it assumes holds for the scenario; if not, it is near enough to compare with. */
  readonly exact: boolean;
  /** The figure at a rate; null where the formula does not hold. */
  at(ratePerSecond: number): number | null;
}

/** What theory says of a scenario; null where it has no formula. ARCHITECTURE.md ("Closed forms") says which and why. */
export interface ClosedForms {
  readonly rejectionRate: Formula | null;
  readonly poolUtilisation: Formula | null;
  readonly databaseUtilisation: Formula | null;
}

const NONE: ClosedForms = { rejectionRate: null, poolUtilisation: null, databaseUtilisation: null };
/** By how much waiting for a connection may lengthen the time that a worker is held. */
const MOST_WAITING = 0.001;
/** How busy an event loop may be, so that waiting for a turn adds next to nothing to what the turns themselves take. */
const MOST_LOOP = 0.5;
/** Where more than this share of Poisson arrivals would be lost, the utilisation law for all of them says too much. */
const MOST_LOST = 0.001;
/** Squared coefficients of variation of the holding time at which GI/M/c/c, for which it is 1, was seen to be near the model. */
const NEAR_EXPONENTIAL = { least: 0.5, most: 2 };
const EVEN = 1e9; // the shape of an Erlang distribution that is as good as constant

/** The closed forms of a scenario's stations. */
export function closedForms(scenario: Scenario): ClosedForms {
  if (isTransient(scenario)) return NONE;
  const { pods, database, balancer } = scenario;
  const stations = ceilings(scenario);
  const holdingMs = (name: string) => stations.find(({ station }) => station === name)?.holdingMs ?? 0;
  const [poolMs, databaseMs, loopMs] = [holdingMs('pools'), holdingMs('database'), holdingMs('event loops')];
  const connections = connectionLimit(scenario);
  const blocking = blockingOf(scenario);
  const withoutLoop = pods.eventLoop === null;

  const load = (ratePerSecond: number) => (ratePerSecond * poolMs) / 1000;
  const databaseLoad = (ratePerSecond: number) => (ratePerSecond * databaseMs) / 1000;

  /** Mean wait for a connection, ms a request: a pod's own connections, then the database's, each as if its statements came by themselves. */
  function waitingMs(ratePerSecond: number): number {
    if (pods.workers <= database.connectionsPerPod && pods.count * pods.workers <= database.connections) return 0;
    const ofPods = mmcWaitMs(database.connectionsPerPod, databaseLoad(ratePerSecond) / pods.count, databaseMs);
    return ofPods + mmcWaitMs(database.connections, databaseLoad(ratePerSecond), databaseMs);
  }

  /** Whether the stations before the pools take nothing away, and those behind them add nothing, that the formula does not know of. */
  function holds(ratePerSecond: number): boolean {
    const places = pods.count * (pods.workers + pods.queueCapacity);
    const travelling = (ratePerSecond * balancer.latencyMs) / 1000;
    const refusesNone = balancer.maxConnections >= places + 2 * travelling + 10;
    const loopBusy = (ratePerSecond * loopMs) / 1000 / pods.count;
    return refusesNone && loopBusy <= MOST_LOOP && waitingMs(carriedRate(ratePerSecond)) <= MOST_WAITING * poolMs;
  }

  function carriedRate(ratePerSecond: number): number {
    return ratePerSecond * (1 - (blocking?.at(load(ratePerSecond)) ?? 0));
  }

  /** Servers that requests keep busy, ÷ servers: those of all requests that are not lost, or of all as long as next to none is. */
  function law(servers: number, ms: number): Formula {
    const lost = (ratePerSecond: number) => erlangB(pods.workers, load(ratePerSecond) / pods.count);
    return {
      name: 'utilisation law',
      exact: withoutLoop && (blocking?.exact ?? true),
      at(ratePerSecond) {
        if (!holds(ratePerSecond) || (blocking === null && lost(ratePerSecond) > MOST_LOST)) return null;
        return (carriedRate(ratePerSecond) * ms) / 1000 / servers;
      },
    };
  }

  return {
    rejectionRate: blocking && {
      name: blocking.name,
      exact: withoutLoop && blocking.exact,
      at: (ratePerSecond) => (holds(ratePerSecond) ? blocking.at(load(ratePerSecond)) : null),
    },
    poolUtilisation: law(pods.count * pods.workers, poolMs),
    databaseUtilisation: databaseMs === 0 ? null : law(connections, databaseMs),
  };
}

/** The share of arrivals that find no place, by the load of all pods in erlangs; null where theory has no formula. */
function blockingOf({
  arrivals,
  balancer,
  pods,
  smtp,
  database,
}: Scenario): { name: string; exact: boolean; at(load: number): number } | null {
  const { count, workers, queueCapacity } = pods;
  const poisson = arrivals.process === 'poisson';
  const apart = count === 1 || balancer.policy === 'random'; // a pod's arrivals are the whole's, thinned
  const exponential = isExponential({ arrivals, smtp, database });
  if (queueCapacity > 0) {
    if (!poisson || !apart || !exponential) return null;
    return { name: 'M/M/c/K', exact: true, at: (load) => mmck(workers, workers + queueCapacity, load / count).blocking };
  }
  if (poisson && apart) return { name: 'Erlang B', exact: true, at: (load) => erlangB(workers, load / count) };
  if (poisson && balancer.policy === 'leastConnections') {
    return { name: 'Erlang B, all pods as one', exact: true, at: (load) => erlangB(count * workers, load) };
  }
  if (count > 1 && balancer.policy !== 'roundRobin') return null;
  const variability = holdingVariability({ arrivals, smtp, database });
  const near = variability >= NEAR_EXPONENTIAL.least && variability <= NEAR_EXPONENTIAL.most;
  if (!near) return null;
  const shape = count * { poisson: 1, erlang: arrivals.erlangShape, evenlySpaced: EVEN }[arrivals.process];
  return { name: 'GI/M/c/c', exact: exponential, at: (load) => gimBlocking(workers, load / count, shape) };
}

type Demands = Pick<Scenario, 'arrivals' | 'smtp' | 'database'>;

/** The squared coefficient of variation of the time that a request holds a worker, when it waits for no connection. */
function holdingVariability({ arrivals, smtp, database }: Demands): number {
  const { send, status } = arrivals.mix;
  const { timeoutMs, isps } = smtp;
  const statementsMs = database.insertMs + database.updateMs;
  const deliveryMs = meanDeliveryMs(smtp);
  const deliverySquare = isps.reduce(
    (sum, { share, hangShare, latencyMs }) =>
      sum + share * (hangShare * timeoutMs ** 2 + (1 - hangShare) * secondMomentUpTo(latencyMs, timeoutMs)),
    0,
  );
  const mean = send * (statementsMs + deliveryMs) + status * database.selectMs;
  const square = send * (statementsMs ** 2 + 2 * statementsMs * deliveryMs + deliverySquare) + status * database.selectMs ** 2;
  return square / mean ** 2 - 1;
}

const NEVER_CUT = 20; // means: one in half a thousand million is longer

/** Whether the time that a request holds a worker is exponential: sends alone, to ISPs that are all alike, and a database that takes no time. */
function isExponential({ arrivals, smtp, database }: Demands): boolean {
  const [first, ...others] = smtp.isps.map(({ hangShare, latencyMs }) =>
    hangShare === 0 && latencyMs.kind === 'exponential' ? latencyMs.meanMs : null,
  );
  return (
    arrivals.mix.send === 1 &&
    database.insertMs + database.updateMs === 0 &&
    first != null &&
    others.every((meanMs) => meanMs === first) &&
    smtp.timeoutMs >= NEVER_CUT * first
  );
}
