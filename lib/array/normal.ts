/** The density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * The probability that a standard normal number is below x, for |x| up to 6: the series
 * `1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …)` (Marsaglia, "Evaluating the Normal Distribution", 2004).
 */
export function normalProbability(x: number): number {
  let term = x;
  let sum = x;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
    term *= x * x / i;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

/**
 * The number that a standard normal one is below with probability p, by Newton's method. From 0 it
 * never overshoots, the distribution function being concave above 0 and convex below.
 *
 * @throws {RangeError} If p is not between 1e-6 and 1 - 1e-6.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 1e-6 && p <= 1 - 1e-6)) {
    throw new RangeError(`Cannot find a normal quantile: p is ${p}, 1e-6 to 1 - 1e-6 is needed`);
  }
  let x = 0;
  for (let i = 0; i < 100; i++) {
    const step = (p - normalProbability(x)) / normalDensity(x);
    x += step;
    if (Math.abs(step) < 1e-14) break;
  }
  return x;
}
