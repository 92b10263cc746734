/** Wall time, without the times at which it was halted. */
export function createStopwatch(now: () => number = () => performance.now()) {
  let beforeMs = 0;
  let sinceMs: number | null = now();
  return {
    go(): void {
      sinceMs ??= now();
    },
    halt(): void {
      beforeMs += sinceMs === null ? 0 : now() - sinceMs;
      sinceMs = null;
    },
    ms: (): number => beforeMs + (sinceMs === null ? 0 : now() - sinceMs),
  };
}
