/** A rate as a person writes it, requests per second: 900, 1400, 262.5. */
export function rateText(ratePerSecond: number): string {
  return `${Number.isInteger(ratePerSecond) ? ratePerSecond : Number(ratePerSecond.toPrecision(6))}`;
}
