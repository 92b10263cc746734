const HALF_NS = 5e-7; // ms

/**
 * An instant of model time, ms, on libuv's clock, which counts whole ms (rule 2). Here, once, the doubles of model time meet the loop's
 * integers: an instant is rounded to the ns, then cut.
 */
export function loopMs(ms: number): number {
  return Math.floor(ms + HALF_NS);
}
