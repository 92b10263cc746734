import type { Scenario } from '../../fixtures/schema.ts';
import { type Draw, drawErlang, drawExponential } from '../engine/distributions.ts';
import type { Stream } from '../engine/stream.ts';

/** Interarrival times of mean 1: in units of expected arrivals, whatever the rate. */
function unitGaps({ process, erlangShape }: Scenario['arrivals'], stream: Stream): Draw {
  switch (process) {
    case 'poisson':
      return drawExponential(stream, 1);
    case 'erlang':
      return drawErlang(stream, 1, erlangShape);
    case 'evenlySpaced':
      return (block) => void block.fill(1);
  }
}

/**
 * Instants of arrival. The process is drawn at rate 1 and carried to the scenario's piecewise-constant rate by a change of time: an arrival
 * comes when the integral of the rate reaches its place in the unit process. For Poisson arrivals that is the exact nonhomogeneous process
 * (Çınlar, "Introduction to Stochastic Processes", 1975, ch. 4.7); and every rate sees the same draws.
 */
export function createArrivals(arrivals: Scenario['arrivals'], stream: Stream) {
  const draw = unitGaps(arrivals, stream);
  const steps = [{ atMs: 0, factor: 1 }, ...arrivals.rateSteps];
  const untilMs = Float64Array.from(steps, (_, i) => steps[i + 1]?.atMs ?? Infinity);
  const perMs = new Float64Array(steps.length);
  const clock = new Float64Array(1); // the latest arrival, ms
  const piece = new Int32Array(1);

  /** Writes the next instants, ms. */
  function fill(atMs: Float64Array): void {
    draw(atMs);
    let time = clock[0]!;
    let at = piece[0]!;
    for (let row = 0; row < atMs.length; row++) {
      let left = atMs[row]!;
      while (left > perMs[at]! * (untilMs[at]! - time)) {
        left -= perMs[at]! * (untilMs[at]! - time);
        time = untilMs[at]!;
        at++;
      }
      time += left / perMs[at]!;
      atMs[row] = time;
    }
    clock[0] = time;
    piece[0] = at;
  }

  function restart(ratePerSecond: number): void {
    for (const [i, { factor }] of steps.entries()) perMs[i] = (ratePerSecond * factor) / 1000;
    clock[0] = 0;
    piece[0] = 0;
  }

  return { fill, restart };
}
