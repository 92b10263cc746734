/** At the worst point, t² = 3 and many degrees of freedom, 40 terms give all the digits of a double. */
const FRACTION_TERMS = 60;

/** From here on the quantiles are those of the normal distribution in every digit of a double: they differ by (z² + 1) / 4ν of z. */
const NORMAL_FROM = 1e17;

/** Γ(x + ½) / Γ(x): Stirling's series (DLMF 5.11.1) from 32 on, below by Γ(x + 1) = xΓ(x). No logarithm of Γ, hence no cancellation. */
function gammaRatio(x: number): number {
  if (x < 32) return (gammaRatio(x + 1) * x) / (x + 0.5);
  return Math.sqrt(x) * Math.exp(-1 / (8 * x) + 1 / (192 * x ** 3) - 1 / (640 * x ** 5) + 17 / (14336 * x ** 7));
}

/**
 * I(a, b; x)·B(a, b) / (x^a·y^b), where I is the regularised incomplete beta function and y = 1 − x: the continued fraction
 * 1 / (β₀ + α₁ / (β₁ + α₂ / (β₂ + …))) of A. R. DiDonato and A. H. Morris (Algorithm 708, ACM Transactions on Mathematical Software 18,
 * 1992), evaluated from its end. y is a parameter because with many degrees of freedom it is smaller than the rounding of x.
 */
function betaFraction(a: number, b: number, x: number, y: number): number {
  const mainPart = (m: number) => ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (a + 2 * m + 1); // β without a part that β₀ lacks
  let quotient = 0;
  for (let m = FRACTION_TERMS; m >= 1; m--) {
    const part = (m * (b - m) * x) / (a + 2 * m - 1);
    const alpha = (part * (a + m - 1) * (a + b + m - 1) * x) / (a + 2 * m - 1);
    quotient = alpha / (m + part + mainPart(m) + quotient);
  }
  return 1 / (mainPart(0) + quotient);
}

/** The t ≥ 0 that is exceeded with the probability `tail` ≤ ½. */
function upperQuantile(tail: number, df: number): number {
  const half = df / 2;
  const densityAt0 = gammaRatio(half) / Math.sqrt(Math.PI * df);
  for (let t = 0; ; ) {
    const x = df / (df + t * t);
    const y = (t * t) / (df + t * t);
    const density = densityAt0 * Math.exp(-(half + 0.5) * Math.log1p((t * t) / df));
    // P(T > t) = ½·I(ν/2, ½; x) = ½ − ½·I(½, ν/2; y), each used on its side of the mean; for both x^a·y^b / B(a, b) = t·density.
    const exceeded =
      x < (half + 1) / (half + 2.5)
        ? (t * density * betaFraction(half, 0.5, x, y)) / 2
        : 0.5 - (t * density * betaFraction(0.5, half, y, x)) / 2;
    const step = (exceeded - tail) / density;
    if (!(step > 1e-15 * t)) return t;
    t += step;
  }
}

/**
 * The quantile of Student's t distribution: the t with P(T ≤ t) = probability. The half-width of a two-sided 95% interval for a mean
 * is studentQuantile(0.975, n − 1) · s / √n.
 *
 * Relative accuracy near 1e−14 (absolute near 1e−16 where t is close to 0), for the double that is given: 1 − 1e−9 is itself rounded.
 *
 * Source: P(T > t) = ½·I(ν/2, ½; ν / (ν + t²)) (DLMF 8.17), inverted by Newton's method. The tail is a convex function of t ≥ 0, so that
 * from t = 0 Newton's method climbs to the root and cannot pass it: no bracket and no first guess are needed.
 *
 * @param probability from 1e−100 to 1, 1 itself excluded
 * @param degreesOfFreedom ν, from 1, whole or not; Infinity gives the normal distribution
 * @throws RangeError if an argument is outside its range
 */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(probability >= 1e-100 && probability < 1)) throw new RangeError(`probability must be in [1e-100, 1), not ${probability}`);
  if (!(degreesOfFreedom >= 1)) throw new RangeError(`degreesOfFreedom must be at least 1, not ${degreesOfFreedom}`);
  const df = Math.min(degreesOfFreedom, NORMAL_FROM);
  return probability < 0.5 ? -upperQuantile(probability, df) : upperQuantile(1 - probability, df);
}
