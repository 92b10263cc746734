import type { Isp, Scenario } from '../../fixtures/schema.ts';
import { mean } from '../engine/distributions.ts';
import { connectionLimit } from '../metrics/flows.ts';
import { meanUpTo } from '../theory/truncated-mean.ts';

/** What a station can give, and what a request of the mix asks of it. */
export interface StationDemand {
  readonly station: string;
  readonly servers: number;
  /** Mean time that one request holds a server of the station, ms. */
  readonly holdingMs: number;
}

/** A station's share of what gives way first. */
export interface StationCeiling extends StationDemand {
  /** The rate at which all its servers would be busy. */
  readonly ceilingPerSecond: number;
  /** Servers busy ÷ servers when the first station is at its ceiling. */
  readonly utilisationAtFirst: number;
}

/**
 * Mean time of a transaction with a mix of ISPs, ms: hangs and whatever is slower than the deadline take the deadline.
 *
 * @param capMs at most so much of each transaction counts
 */
export function meanDeliveryMs({ timeoutMs, isps }: Scenario['smtp'], capMs = Infinity): number {
  const mostMs = Math.min(timeoutMs, capMs);
  const one = ({ hangShare, latencyMs }: Isp) => (1 - hangShare) * meanUpTo(latencyMs, mostMs) + hangShare * mostMs;
  return isps.reduce((total, isp) => total + isp.share * one(isp), 0);
}

type Costs = NonNullable<Scenario['pods']['eventLoop']>['callbacks'];

/** Mean cost of some callbacks together with the collections in them, ms; 0 where the event loops are left out. */
function meanCostMs({ eventLoop }: Scenario['pods'], names: readonly (keyof Costs)[]): number {
  if (eventLoop === null) return 0;
  const { callbacks, collections } = eventLoop;
  const costMs = names.reduce((total, name) => total + mean(callbacks[name]), 0);
  return collections === null ? costMs : costMs * (1 + mean(collections.pauseMs) / collections.everyMs);
}

// The callbacks of requests that are served. While a send waits for its exchanger, those of the conversation take it no longer.
const SEND_HOLDS = ['body', 'mxReply', 'insertReply', 'smtpReply', 'updateReply'] as const;
const CONVERSATION = ['connected', 'greeting', 'ehloReply', 'dataReply'] as const;
const STATUS_HOLDS = ['query', 'selectReply'] as const;

/** The naive service's stations: a worker is held through INSERT, SMTP and UPDATE, or through SELECT, and the callbacks between them. */
function naiveDemands(scenario: Scenario): StationDemand[] {
  const { arrivals, balancer, pods, database, smtp } = scenario;
  const { send, status } = arrivals.mix;
  const databaseMs = send * (database.insertMs + database.updateMs) + status * database.selectMs;
  const heldInLoopMs = send * meanCostMs(pods, SEND_HOLDS) + status * meanCostMs(pods, STATUS_HOLDS);
  const workerMs = databaseMs + send * meanDeliveryMs(smtp) + heldInLoopMs;
  const loopMs = meanCostMs(pods, ['request']) + heldInLoopMs + send * meanCostMs(pods, CONVERSATION);
  return [
    { station: 'pools', servers: pods.count * pods.workers, holdingMs: workerMs },
    { station: 'database', servers: connectionLimit(scenario), holdingMs: databaseMs },
    ...(pods.eventLoop === null ? [] : [{ station: 'event loops', servers: pods.count, holdingMs: loopMs }]),
    { station: 'balancer', servers: balancer.maxConnections, holdingMs: balancer.latencyMs + workerMs },
  ];
}

/** E[min(S, cap)], ms, of the time S that a request of the mix holds its worker, event loops apart: with an infinite cap its mean. */
export function heldUpToMs({ arrivals, database, smtp }: Scenario, capMs: number): number {
  const { send, status } = arrivals.mix;
  const statementsMs = database.insertMs + database.updateMs;
  const sendMs = Math.min(statementsMs, capMs) + meanDeliveryMs(smtp, Math.max(0, capMs - statementsMs));
  return send * sendMs + status * Math.min(database.selectMs, capMs);
}

const demands: Readonly<Record<Scenario['architecture'], (scenario: Scenario) => StationDemand[]>> = { naive: naiveDemands };

/** The stations in the order in which they give way: λ = c ÷ E[S] for each, by the utilisation law, as if no request waited or was rejected. */
export function ceilings(scenario: Scenario): [StationCeiling, ...StationCeiling[]] {
  const stations = demands[scenario.architecture](scenario)
    .map((demand) => ({ ...demand, ceilingPerSecond: (1000 * demand.servers) / demand.holdingMs }))
    .sort((a, b) => a.ceilingPerSecond - b.ceilingPerSecond);
  const [first, ...others] = stations.map((station) => ({
    ...station,
    utilisationAtFirst: station.ceilingPerSecond === Infinity ? 0 : stations[0]!.ceilingPerSecond / station.ceilingPerSecond,
  }));
  return [first!, ...others];
}
