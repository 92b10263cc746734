import { requireNonNegative, requirePositive, requireWhole } from './ranges.ts';

/**
 * Blocking probability, as arrivals see it, of GI/M/c/c with Erlang-k interarrival times: what one pod of workers rejects when Poisson
 * arrivals are dealt to k pods in turn (with arrivals of shape m, dealt to k pods, the shape is k·m). Shape 1 is Erlang B; the larger
 * the shape, the more even the arrivals and the smaller the probability, with evenly spaced arrivals (D/M/c/c) as the limit.
 *
 * Two things that hold for Erlang B do not hold here: the service time must be exponential (insensitivity is lost), and the share of
 * time in which every server is busy is another figure (arrivals are no longer Poisson).
 *
 * Source: C. Palm, 1943, and L. Takács, Introduction to the Theory of Queues, 1962:
 * 1/B = Σ_{j=0..c} C(c,j) Π_{i=1..j} (1 − φ(iμ)) / φ(iμ), where φ is the Laplace–Stieltjes transform of the interarrival time; here
 * φ(iμ) = (1 + i / (ka))^−k.
 *
 * @param servers c, a whole number from 0; the time taken is proportional to it
 * @param offeredLoad a = arrival rate × mean service time, in erlangs, from 0
 * @param shape k above 0, the inverse of the squared coefficient of variation of the interarrival time; if it is not a whole number,
 *   the interarrival time has the gamma distribution
 * @returns a probability; one below 1e−308 reads 0
 * @throws RangeError if an argument is outside its range
 */
export function gimBlocking(servers: number, offeredLoad: number, shape: number): number {
  requireWhole(0, { servers });
  requireNonNegative({ offeredLoad });
  requirePositive({ shape });
  // Every term is the one before it times a ratio: neither the binomial nor the product, each of which overflows, is ever formed.
  let term = 1;
  let sum = 1;
  for (let j = 1; j <= servers; j++) {
    const odds = Math.expm1(shape * Math.log1p(j / offeredLoad / shape)); // (1 − φ) / φ, exact to the last digits where φ is near 1
    term *= ((servers - j + 1) / j) * odds;
    sum += term;
  }
  return 1 / sum;
}
