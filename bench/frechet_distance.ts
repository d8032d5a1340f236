import type { NdArray } from "../lib/array/ndarray.ts";
import { momentsOf, symmetricEigen } from "../lib/embedding/pca.ts";

/**
 * The squared Fréchet distance of two sets of points, each taken for a normal distribution of its mean m
 * and its covariance C (Dowson and Landau, "The Fréchet Distance between Multivariate Normal
 * Distributions", 1982). Of features of images it is what Heusel et al. measure generators by ("GANs
 * Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", 2017), there with
 * Inception's features:
 *
 *     |ma - mb|^2 + trace(Ca + Cb - 2 (Ca^(1/2) Cb Ca^(1/2))^(1/2))
 *
 * The root of Ca Cb, which others take, has the same trace; this one is of a symmetric matrix.
 *
 * @param a `[count, features]`; covariances are divided by count - 1.
 * @param b As many features.
 * @throws {RangeError} If the features differ in number, or a set has less than two points.
 */
export function frechetDistance(a: NdArray<"float32">, b: NdArray<"float32">): number {
  const [features, others] = [a.shape[1], b.shape[1]];
  if (features !== others || Math.min(a.shape[0], b.shape[0]) < 2) {
    throw new RangeError(
      `Cannot find the Fréchet distance: the points are ${a.shape.join("x")} and ${
        b.shape.join("x")
      }, at least two of as many features are needed`,
    );
  }
  const [first, second] = [a, b].map((points) => {
    const { mean, covariance } = momentsOf(points);
    const [count] = points.shape;
    return { mean, covariance: covariance.map((value) => value * count / (count - 1)) };
  });
  const root = squareRoot(first.covariance, features);
  const product = multiply(multiply(root, second.covariance, features), root, features);
  const roots = symmetricEigen(product, features)
    .reduce((sum, { value }) => sum + Math.sqrt(Math.max(0, value)), 0);
  const shift = first.mean.reduce((sum, value, i) => sum + (value - second.mean[i]) ** 2, 0);
  return shift + trace(first.covariance, features) + trace(second.covariance, features) - 2 * roots;
}

/** The symmetric square root of a covariance `[size, size]`. */
function squareRoot(matrix: Float64Array, size: number): Float64Array {
  const root = new Float64Array(size * size);
  for (const { value, vector } of symmetricEigen(matrix, size)) {
    // Rounding makes eigenvalues of 0 negative.
    const scale = Math.sqrt(Math.max(0, value));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) root[i * size + j] += scale * vector[i] * vector[j];
    }
  }
  return root;
}

/** The product of square matrices `[size, size]`. */
function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k];
      for (let j = 0; j < size; j++) product[i * size + j] += factor * b[k * size + j];
    }
  }
  return product;
}

function trace(matrix: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += matrix[i * size + i];
  return sum;
}
