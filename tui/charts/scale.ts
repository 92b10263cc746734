/** Where a value stands on an axis: 0 at its start, 1 at its end, beyond 0 and 1 outside of it. */
export type Scale = (value: number) => number;

/** Equal steps for equal differences. If the axis is but one value, it stands in the middle. */
export function linearScale(from: number, to: number): Scale {
  return (value) => (from === to ? 0.5 : (value - from) / (to - from));
}

/** Equal steps for equal factors; `from` is above 0. Zero, which is no factor away from anything, is infinitely far below. */
export function logScale(from: number, to: number): Scale {
  const linear = linearScale(Math.log(from), Math.log(to));
  return (value) => linear(Math.log(Math.max(0, value)));
}

/** A place on an axis for what stands outside of it as well: the nearer end. */
export function onAxis(share: number): number {
  return Math.min(1, Math.max(0, share));
}
