/** Where a value stands between the ends of an axis: 0 at its start, 1 at its end. Values beyond the ends are taken to them. */
export type Scale = (value: number) => number;

/** Equal steps for equal differences. Where there is but one value it stands in the middle. */
export function linearScale(from: number, to: number): Scale {
  return (value) => (from === to ? 0.5 : clamp((value - from) / (to - from)));
}

/** Equal steps for equal factors; `from` is above 0. What is below it, 0 included, stands at the start. */
export function logScale(from: number, to: number): Scale {
  const linear = linearScale(Math.log(from), Math.log(to));
  return (value) => (value <= from ? 0 : linear(Math.log(value)));
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
