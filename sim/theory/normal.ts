/**
 * W. J. Cody's rational approximations (Rational Chebyshev approximations for the error function, Mathematics of Computation 23, 1969)
 * in the form of his ANORM (Algorithm 715: SPECFUN, ACM Transactions on Mathematical Software 19, 1993), which approximates the normal
 * distribution itself. To go by erfc(z / √2) would round z / √2 first, and that alone costs three digits far out in the tail.
 * Coefficients rounded to doubles, the highest power first.
 */
const CENTRE = {
  numerator: [0.06568233791820745, 2.2352520354606837, 161.02823106855587, 1067.6894854603709, 18154.98125334356],
  denominator: [1, 47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.78933502673],
};
const FLANK = {
  numerator: [
    1.0765576773720192e-8, 0.39894151208813466, 8.883149794388377, 93.50665613217785, 597.2702763948002, 2494.5375852903726,
    6848.190450536283, 11602.65143764735, 9842.714838383978,
  ],
  denominator: [
    1, 22.266688044328117, 235.387901782625, 1519.3775994075547, 6485.558298266761, 18615.571640885097, 34900.95272114598,
    38912.00328609327, 19685.429676859992,
  ],
};
const TAIL = {
  numerator: [
    0.02307344176494017, 0.215898534057957, 0.12740116116024736, 0.022235277870649807, 0.0014216191932278934, 2.9112874951168793e-5,
  ],
  denominator: [1, 1.284260096144911, 0.4682382124808651, 0.06598813786892856, 0.0037823963320275824, 7.297515550839662e-5],
};

const CENTRE_END = 0.66291;
const FLANK_END = Math.sqrt(32);
const UNDERFLOW = 39; // the distribution beyond −39 is below the smallest double
const DENSITY_AT_0 = 1 / Math.sqrt(2 * Math.PI);

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}

function ratio({ numerator, denominator }: typeof CENTRE, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

/** exp(−x² / 2). The rounding error of x² would become one of x² ulp, so x² is split: a part that is exact, and a small rest. */
function bell(x: number): number {
  const near = Math.trunc(x * 16) / 16;
  return Math.exp((-near * near) / 2) * Math.exp((-(x - near) * (x + near)) / 2);
}

/** P(Z > x), for x from the end of the centre on. */
function upperTail(x: number): number {
  if (x > UNDERFLOW) return 0;
  if (x <= FLANK_END) return bell(x) * ratio(FLANK, x);
  const inverseSquare = 1 / (x * x);
  return (bell(x) * (DENSITY_AT_0 - inverseSquare * ratio(TAIL, inverseSquare))) / x;
}

/**
 * Φ(z), the cumulative distribution function of the standard normal distribution, to a relative accuracy near 1e−15 in the lower tail
 * too, as far as normal doubles reach (z = −37.5). For the upper tail P(Z > z) call it with −z.
 *
 * @param z any number, infinities included
 * @throws RangeError if z is NaN
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new RangeError('z must be a number, not NaN');
  if (Math.abs(z) <= CENTRE_END) return 0.5 + z * ratio(CENTRE, z * z);
  return z < 0 ? upperTail(-z) : 1 - upperTail(z);
}
