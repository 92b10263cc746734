/** Arguments by name, so that a complaint can say which one is wrong: `requireWhole(1, { servers })`. */
type Named = Readonly<Record<string, number>>;

function requireEach(values: Named, holds: (value: number) => boolean, wanted: string): void {
  for (const [name, value] of Object.entries(values)) {
    if (!holds(value)) throw new RangeError(`${name} must be ${wanted}, not ${value}`);
  }
}

/** Throws a RangeError unless every value is a whole number of at least `least`. */
export function requireWhole(least: number, values: Named): void {
  requireEach(values, (value) => Number.isSafeInteger(value) && value >= least, `a whole number of at least ${least}`);
}

/** Throws a RangeError unless every value is finite and at least 0. */
export function requireNonNegative(values: Named): void {
  requireEach(values, (value) => Number.isFinite(value) && value >= 0, 'a finite number of at least 0');
}

/** Throws a RangeError unless every value is finite and above 0. */
export function requirePositive(values: Named): void {
  requireEach(values, (value) => Number.isFinite(value) && value > 0, 'a finite number above 0');
}
