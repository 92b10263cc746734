/** How time passes for a program, and who makes its I/O ready. */
export interface Clock {
  /** The descriptor of the first pipe; the others follow. */
  readonly firstPipe: number;
  burn(ns: number): void;
  /** A pipe shall become readable so many ns from now. */
  announce(pipe: number, delayNs: number): void;
  /** How often the loop slept so far, or null where nobody counts. */
  sleeps(): number | null;
}

/** The monotonic clock. */
export function nowNs(): number {
  const [s, ns] = process.hrtime();
  return s * 1e9 + ns;
}
