import type { Estimate } from '../../sim/experiments/estimate.ts';
import type { Point } from '../../sim/experiments/point.ts';

/** Share of its time that a pod's event loop is busy, mean over pods; null where the scenario has no loop. */
export function eventLoopUtilisation(point: Point): Estimate | null {
  return (point as Point & { readonly eventLoopUtilisation?: Estimate | null }).eventLoopUtilisation ?? null;
}
