import type { Scenario } from '../../fixtures/schema.ts';
import { memoryOf } from './memory.ts';

const POINTS = 60;
const FIRST = 0.01; // of the mean time until a full pod's next request comes, or one of its own goes

/**
 * How many 503s come together: the mean number of them in the time after one, itself included, that are due to it. Where a pod is full, it is
 * likely to be full when the next request comes, so 503s come in clumps (D. Aldous, "Probability Approximations via the Poisson Clumping
 * Heuristic", 1989), and it is clumps that are as good as independent.
 *
 * The number is 1 + λ ∫ (P(full at t | full at 0) − P(full)) dt. Of the c requests that hold the workers of a full pod each is still there
 * after t with the probability r(t) that `Memory.stillHeld` gives (in equilibrium their remaining times are independent, whatever the
 * distribution), and those that came since are Poisson of mean a(1 − r(t)), as far as there is room. That is up to a sixth above the exact
 * number for M/M/c/c where few are rejected. For arrivals that are more regular than a Poisson process, as behind round robin, it is an upper
 * bound.
 *
 * @returns at least 1; Infinity where a queue grows without end
 */
export function clumpOf(scenario: Scenario, ratePerSecond: number): number {
  const { pods, balancer } = scenario;
  const memory = memoryOf(scenario, ratePerSecond);
  const groups = balancer.policy === 'leastConnections' ? 1 : pods.count; // with least connections all pods are full or none is
  const servers = (pods.count * pods.workers) / groups;
  const perMs = ratePerSecond / 1000 / groups;
  const load = perMs * memory.holdingMs;
  if (pods.queueCapacity > 0) return clumpOfQueue(load / servers, memory.variability);
  if (load === 0) return 1;

  const fullLater = (stays: number) => shareFull(servers, load, stays);
  const inTheLongRun = fullLater(0);
  const firstMs = FIRST * Math.min(1 / perMs, memory.holdingMs / servers);
  const ratio = (Math.max(memory.longestMs, 2 * firstMs) / firstMs) ** (1 / POINTS);
  let fullMs = firstMs;
  for (let i = 0; i < POINTS; i++) {
    const atMs = firstMs * ratio ** (i + 0.5);
    const more = Math.max(0, fullLater(memory.stillHeld(atMs)) - inTheLongRun);
    fullMs += more * atMs * (Math.sqrt(ratio) - 1 / Math.sqrt(ratio));
  }
  return 1 + perMs * fullMs;
}

/** A queue that is full empties like a random walk: 1 / (1 − ρ) if holding times are exponential, and more if they vary more. */
function clumpOfQueue(utilisation: number, variability: number): number {
  return utilisation >= 1 ? Infinity : Math.max(1, (1 + variability) / 2) / (1 - utilisation);
}

/**
 * The probability that c servers which were all busy are so again, or still, if each of those requests stays with some probability and the
 * newcomers are Poisson of mean load × (1 − stays): that as many come as go, among the cases in which no more come than go.
 */
function shareFull(servers: number, load: number, stays: number): number {
  if (stays === 1) return 1;
  const come = load * (1 - stays);
  let logGo = stays === 0 ? -Infinity : servers * Math.log(stays); // of P(none goes),
  let logCome = -come; // and of P(none comes)
  let comeUpTo = Math.exp(logCome);
  let equal = Math.exp(logGo + logCome);
  let noMore = Math.exp(logGo) * comeUpTo;
  for (let n = 1; n <= servers; n++) {
    logGo = stays === 0 ? (n === servers ? 0 : -Infinity) : logGo + Math.log(((servers - n + 1) / n) * ((1 - stays) / stays));
    logCome += Math.log(come / n);
    comeUpTo += Math.exp(logCome);
    equal += Math.exp(logGo + logCome);
    noMore += Math.exp(logGo) * comeUpTo;
  }
  return noMore === 0 ? 1 : equal / noMore;
}
