import { type NdArray, ndarray } from "../array/ndarray.ts";

/** Points projected on the directions of greatest variance. */
export interface PrincipalComponents {
  /** `[count, components]` */
  readonly projected: NdArray<"float32">;
  /** The mean of the points, `[features]`. */
  readonly mean: Float64Array;
  /** The directions, of length 1, `[components, features]`. */
  readonly directions: readonly Float64Array[];
  /** The share of the variance along each. */
  readonly explained: readonly number[];
}

/** Options for {@linkcode principalComponents}. */
export interface PrincipalComponentsOptions {
  /** @default {2} */
  components?: number;
}

/**
 * Principal component analysis. The largest entry of a direction is positive, so that equal
 * points give equal plots.
 *
 * @param points `[count, features]`
 * @throws {RangeError} If there are fewer features than components.
 */
export function principalComponents(
  points: NdArray<"float32">,
  { components = 2 }: PrincipalComponentsOptions = {},
): PrincipalComponents {
  const { data, shape: [count, features] } = points;
  if (features < components) {
    throw new RangeError(
      `Cannot find ${components} principal components: the points have ${features} features`,
    );
  }
  const mean = new Float64Array(features);
  for (let i = 0; i < data.length; i++) mean[i % features] += data[i] / count;
  const covariance = new Float64Array(features * features);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < features; i++) {
      const difference = (data[row * features + i] - mean[i]) / count;
      for (let j = 0; j < features; j++) {
        covariance[i * features + j] += difference * (data[row * features + j] - mean[j]);
      }
    }
  }
  const { values, vectors } = symmetricEigen(covariance, features);
  const total = values.reduce((sum, value) => sum + value, 0) || 1;
  const order = [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, components);
  const directions = order.map((column) => {
    const direction = Float64Array.from(
      { length: features },
      (_, i) => vectors[i * features + column],
    );
    const largest = direction.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a);
    return direction.map((value) => largest < 0 ? -value : value);
  });
  return {
    projected: project(points, { mean, directions }),
    mean,
    directions,
    explained: order.map((column) => values[column] / total),
  };
}

/** Points `[count, features]` projected on known directions, `[count, components]`. */
export function project(
  { data, shape: [count, features] }: NdArray<"float32">,
  { mean, directions }: Pick<PrincipalComponents, "mean" | "directions">,
): NdArray<"float32"> {
  const projected = new Float32Array(count * directions.length);
  for (let row = 0; row < count; row++) {
    directions.forEach((direction, c) => {
      let sum = 0;
      for (let i = 0; i < features; i++) {
        sum += direction[i] * (data[row * features + i] - mean[i]);
      }
      projected[row * directions.length + c] = sum;
    });
  }
  return ndarray("float32", [count, directions.length], projected);
}

/**
 * The eigenvalues of a symmetric matrix and its eigenvectors as columns, by Jacobi's rotations
 * (Golub and Van Loan, "Matrix Computations", section 8.5).
 */
export function symmetricEigen(
  matrix: Float64Array,
  size: number,
): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice();
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  const scale = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) off += a[p * size + q] ** 2;
    }
    if (off <= 1e-24 * scale) break;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (a[p * size + q] === 0) continue;
        const tau = (a[q * size + q] - a[p * size + p]) / (2 * a[p * size + q]);
        const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = t * c;
        rotateColumns(a, { size, p, q, c, s });
        rotateRows(a, { size, p, q, c, s });
        rotateColumns(vectors, { size, p, q, c, s });
      }
    }
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]), vectors };
}

interface Rotation {
  readonly size: number;
  readonly p: number;
  readonly q: number;
  /** The cosine of the angle. */
  readonly c: number;
  /** Its sine. */
  readonly s: number;
}

function rotateColumns(a: Float64Array, { size, p, q, c, s }: Rotation): void {
  for (let i = 0; i < size; i++) rotate(a, i * size + p, { other: i * size + q, c, s });
}

function rotateRows(a: Float64Array, { size, p, q, c, s }: Rotation): void {
  for (let i = 0; i < size; i++) rotate(a, p * size + i, { other: q * size + i, c, s });
}

function rotate(
  a: Float64Array,
  at: number,
  { other, c, s }: { other: number; c: number; s: number },
): void {
  const value = a[at];
  a[at] = c * value - s * a[other];
  a[other] = s * value + c * a[other];
}
