import { requireNonNegative, requireWhole } from './ranges.ts';

/**
 * Erlang B: the blocking probability of M/G/c/c, a group of servers without a queue. It depends on the service time only through its
 * mean, and since Poisson arrivals see time averages it is also the share of time in which every server is busy.
 *
 * Source: A. K. Erlang, 1917; the recursion in the number of servers B(k) = a·B(k−1) / (k + a·B(k−1)), B(0) = 1.
 *
 * @param servers c, a whole number from 0; the time taken is proportional to it
 * @param offeredLoad a = arrival rate × mean service time, in erlangs, from 0
 * @returns a probability; one below the smallest double reads 0
 * @throws RangeError if an argument is outside its range
 */
export function erlangB(servers: number, offeredLoad: number): number {
  requireWhole(0, { servers });
  requireNonNegative({ offeredLoad });
  let blocking = 1;
  // Divided by a, the recursion needs no special case: at a = 0 the quotient is infinite, and a·B cannot overflow.
  for (let k = 1; k <= servers; k++) blocking /= k / offeredLoad + blocking;
  return blocking;
}

/**
 * Erlang C: the probability that an arrival at M/M/c, with an unlimited queue, has to wait. 1 from a = c on, where the queue grows
 * without end.
 *
 * Source: A. K. Erlang, 1917; C = B / (1 − ρ(1 − B)) with B = Erlang B and ρ = a / c.
 *
 * @param servers c, a whole number from 1
 * @param offeredLoad a = arrival rate × mean service time, in erlangs, from 0
 * @throws RangeError if an argument is outside its range
 */
export function erlangC(servers: number, offeredLoad: number): number {
  requireWhole(1, { servers });
  const blocking = erlangB(servers, offeredLoad);
  if (offeredLoad >= servers) return 1;
  // The formula times c: the subtraction c − a loses no digits near saturation, 1 − ρ(1 − B) would.
  return (servers * blocking) / (servers - offeredLoad + offeredLoad * blocking);
}

/**
 * Mean waiting time of M/M/c in ms, over all arrivals, those that do not wait included: W = C·E[S] / (c − a). Infinity from a = c on.
 *
 * Source: as for Erlang C.
 *
 * @param servers c, a whole number from 1
 * @param offeredLoad a = arrival rate × mean service time, in erlangs, from 0
 * @param meanServiceMs E[S], from 0
 * @throws RangeError if an argument is outside its range
 */
export function mmcWaitMs(servers: number, offeredLoad: number, meanServiceMs: number): number {
  requireNonNegative({ meanServiceMs });
  const delayed = erlangC(servers, offeredLoad);
  return offeredLoad >= servers ? Infinity : (delayed * meanServiceMs) / (servers - offeredLoad);
}
