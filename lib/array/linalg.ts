/**
 * Small dense linear algebra and special functions in float64. Matrices are row-major typed
 * arrays of `size * size` numbers.
 *
 * @module
 */

/**
 * The lower factor L of a symmetric positive definite matrix, `L Lᵀ = matrix`. Only the lower
 * triangle of the matrix is read; the upper triangle of the result is zero.
 *
 * @param matrix `[size, size]`.
 * @throws {RangeError} If the matrix is not positive definite.
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j];
      for (let k = 0; k < j; k++) rest -= factor[i * size + k] * factor[j * size + k];
      if (i !== j) {
        factor[i * size + j] = rest / factor[j * size + j];
        continue;
      }
      // Written so that NaN fails too.
      if (!(rest > 0 && rest < Infinity)) {
        throw new RangeError(
          `Cannot factor matrix: pivot ${i} is ${rest}, a positive definite matrix is needed`,
        );
      }
      factor[i * size + i] = Math.sqrt(rest);
    }
  }
  return factor;
}

/**
 * Solves `factor · y = vector` for y by forward substitution.
 *
 * @param factor Lower triangular, `[size, size]`, with a diagonal free of zeros.
 * @param vector `[size]`.
 */
export function solveTriangular(factor: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  const solution = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let rest = vector[i];
    for (let j = 0; j < i; j++) rest -= factor[i * size + j] * solution[j];
    solution[i] = rest / factor[i * size + i];
  }
  return solution;
}

/** The inverse of a lower triangular matrix `[size, size]`, lower triangular as well. */
export function invertTriangular(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  const unit = new Float64Array(size);
  for (let column = 0; column < size; column++) {
    unit.fill(0);
    unit[column] = 1;
    const solution = solveTriangular(factor, unit);
    for (let row = column; row < size; row++) inverse[row * size + column] = solution[row];
  }
  return inverse;
}

/** The transpose of a matrix `[size, size]`. */
export function transpose(matrix: Float64Array, size: number): Float64Array {
  const transposed = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) transposed[j * size + i] = matrix[i * size + j];
  }
  return transposed;
}

/** `matrix · matrixᵀ` of a matrix `[size, size]`. */
export function timesTranspose(matrix: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += matrix[i * size + k] * matrix[j * size + k];
      product[i * size + j] = sum;
      product[j * size + i] = sum;
    }
  }
  return product;
}

/**
 * `log Σ exp(values)`, without overflow: the largest value is taken out of the sum.
 * It is `-Infinity` for no values at all.
 */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i] - largest);
  return largest + Math.log(sum);
}

/** Below it the series of erf is the shorter way, above it the continued fraction of erfc. */
const ERF_SPLIT = 2.5;

/**
 * The error function, to a few units in the last place of float64.
 *
 * Near zero by the series `2/√π · exp(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1))`, whose terms all have
 * one sign, so that nothing cancels (NIST DLMF 7.6.2, https://dlmf.nist.gov/7.6.E2); elsewhere as
 * `1 - erfc(x)` by the continued fraction of erfc (DLMF 7.9.3 at z = ix, https://dlmf.nist.gov/7.9.E3).
 */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (Number.isNaN(x)) return x;
  // erfc(6) is 2e-17: less than half the spacing of numbers at 1.
  if (magnitude >= 6) return Math.sign(x);
  const square = x * x;
  if (magnitude < ERF_SPLIT) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
      term *= 2 * square / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-square) * sum;
  }
  let fraction = magnitude;
  for (let n = 40; n > 0; n--) fraction = magnitude + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-square) / (Math.sqrt(Math.PI) * fraction));
}
