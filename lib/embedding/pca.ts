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

/**
 * Principal component analysis. The largest entry of a direction is positive, so that equal
 * points give equal plots.
 *
 * @param points `[count, features]`
 * @throws {RangeError} If there are fewer features than components.
 */
export function principalComponents(
  points: NdArray<"float32">,
  { components = 2 }: { components?: number } = {},
): PrincipalComponents {
  const [, features] = points.shape;
  if (features < components) {
    throw new RangeError(
      `Cannot find ${components} principal components: the points have ${features} features`,
    );
  }
  const { mean, covariance } = momentsOf(points);
  const axes = symmetricEigen(covariance, features);
  const total = axes.reduce((sum, { value }) => sum + value, 0) || 1;
  const leading = axes.slice(0, components);
  const directions = leading.map(({ vector }) => {
    const largest = vector.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a);
    return largest < 0 ? vector.map((value) => -value) : vector;
  });
  return {
    projected: project(points, { mean, directions }),
    mean,
    directions,
    explained: leading.map(({ value }) => value / total),
  };
}

/** The mean `[features]` and the covariance `[features, features]` of points, divided by their count. */
export function momentsOf(
  { data, shape: [count, features] }: NdArray<"float32">,
): { mean: Float64Array; covariance: Float64Array } {
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
  return { mean, covariance };
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
 * The eigenvalues of a symmetric matrix, falling, with their eigenvectors, by Jacobi's rotations
 * (Golub and Van Loan, "Matrix Computations", section 8.5).
 */
export function symmetricEigen(
  matrix: Float64Array,
  size: number,
): { value: number; vector: Float64Array }[] {
  const a = matrix.slice();
  // Eigenvectors as rows.
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
        // Two columns, or rows, which start at `first` and `second`.
        const rotate = (array: Float64Array, first: number, second: number, step: number) => {
          for (let i = 0; i < size; i++, first += step, second += step) {
            const value = array[first];
            array[first] = c * value - s * array[second];
            array[second] = s * value + c * array[second];
          }
        };
        rotate(a, p, q, size);
        rotate(a, p * size, q * size, 1);
        rotate(vectors, p * size, q * size, 1);
      }
    }
  }
  const axes = Array.from({ length: size }, (_, i) => ({
    value: a[i * size + i],
    vector: vectors.slice(i * size, (i + 1) * size),
  }));
  return axes.sort((a, b) => b.value - a.value);
}
