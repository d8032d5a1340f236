import { type NdArray, ndarray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";
import { multiply } from "../runtime/multiply.ts";
import { symmetricEigen } from "./pca.ts";

/** The directions along which points spread most. */
export interface LeadingComponents {
  /** `[features]` */
  readonly mean: Float32Array;
  /** Orthonormal columns by falling variance, `[features, components]`. */
  readonly directions: NdArray<"float32">;
}

/** Options for {@linkcode fitLeadingComponents}. */
export interface LeadingComponentsOptions {
  /** At most one less than there are points. @default {50} */
  components?: number;
  /** Points that are used, taken in random order. @default {10_000} */
  maxPoints?: number;
  /** @default {0} */
  seed?: number;
  /** Threads of ONNX Runtime, 0 for all cores. @default {0} */
  threads?: number;
}

/** Directions beyond those wanted, which make the iteration converge faster. */
const OVERSAMPLING = 20;
const ITERATIONS = 15;

/**
 * Principal components of points with hundreds of features, where all eigenvectors would take
 * minutes: subspace iteration on the covariance (Golub and Van Loan, "Matrix Computations",
 * section 8.2) with products in float32.
 *
 * @param points `[count, features]`
 */
export async function fitLeadingComponents(
  points: NdArray<"float32">,
  { components = 50, maxPoints = 10_000, seed = 0, threads = 0 }: LeadingComponentsOptions = {},
): Promise<LeadingComponents> {
  const { data, shape: [count, features] } = points;
  const random = new Random(seed, "principal components");
  const used = Math.min(count, maxPoints);
  const rows = random.permutation(count).subarray(0, used);
  const sums = new Float64Array(features);
  for (const row of rows) {
    for (let j = 0; j < features; j++) sums[j] += data[row * features + j];
  }
  const mean = Float32Array.from(sums, (sum) => sum / used);
  const centred = new Float32Array(used * features);
  rows.forEach((row, i) => {
    for (let j = 0; j < features; j++) {
      centred[i * features + j] = data[row * features + j] - mean[j];
    }
  });
  const matrix = ndarray("float32", [used, features], centred);
  // Of thousands of features the covariance has more numbers than the points.
  const covariance = features > used
    ? undefined
    : await multiply(matrix, matrix, { transposeFirst: true, threads });
  const apply = async (vectors: NdArray<"float32">) =>
    covariance === undefined
      ? await multiply(matrix, await multiply(matrix, vectors, { threads }), {
        transposeFirst: true,
        threads,
      })
      : await multiply(covariance, vectors, { threads });
  const wanted = Math.max(1, Math.min(components, features, used - 1));
  const width = Math.min(features, wanted + OVERSAMPLING);
  let basis = ndarray("float32", [features, width], random.normals(features * width));
  for (let i = 0; i < ITERATIONS; i++) {
    basis = await apply(orthonormal(basis));
  }
  basis = orthonormal(basis);
  // Within the subspace the directions are the eigenvectors of a small matrix (Rayleigh and Ritz).
  const image = await apply(basis);
  const small = await multiply(basis, image, { transposeFirst: true, threads });
  const axes = symmetricEigen(Float64Array.from(small.data), width).slice(0, wanted);
  const rotation = new Float32Array(width * wanted);
  axes.forEach(({ vector }, j) => vector.forEach((value, i) => rotation[i * wanted + j] = value));
  const turned = ndarray("float32", [width, wanted], rotation);
  return { mean, directions: await multiply(basis, turned, { threads }) };
}

/** Points `[count, features]` along the components, `[count, components]`. */
export async function projectOnComponents(
  points: NdArray<"float32">,
  { mean, directions }: LeadingComponents,
  { threads = 0 }: { threads?: number } = {},
): Promise<NdArray<"float32">> {
  const [features, components] = directions.shape;
  const projected = await multiply(points, directions, { threads });
  const offset = new Float64Array(components);
  for (let i = 0; i < features * components; i++) {
    offset[i % components] += mean[Math.floor(i / components)] * directions.data[i];
  }
  for (let i = 0; i < projected.data.length; i++) projected.data[i] -= offset[i % components];
  return projected;
}

/**
 * Columns of length 1 at right angles that span the same space: Gram and Schmidt, in doubles, where
 * columns that are as alike as float32 can tell apart end up at right angles to ten digits.
 */
function orthonormal({ data, shape: [rows, columns] }: NdArray<"float32">): NdArray<"float32"> {
  const basis: Float64Array[] = [];
  for (let column = 0; column < columns; column++) {
    const vector = new Float64Array(rows);
    for (let i = 0; i < rows; i++) vector[i] = data[i * columns + column];
    const length = Math.sqrt(dot(vector, vector));
    for (const other of basis) {
      const share = dot(vector, other);
      for (let i = 0; i < rows; i++) vector[i] -= share * other[i];
    }
    // A column within the span of the others, up to rounding, adds nothing.
    const rest = Math.sqrt(dot(vector, vector));
    const factor = rest > 1e-6 * length ? 1 / rest : 0;
    for (let i = 0; i < rows; i++) vector[i] *= factor;
    basis.push(vector);
  }
  const result = new Float32Array(rows * columns);
  basis.forEach((vector, j) => {
    for (let i = 0; i < rows; i++) result[i * columns + j] = vector[i];
  });
  return ndarray("float32", [rows, columns], result);
}

/** In four sums, which do not wait for each other. */
function dot(a: Float64Array, b: Float64Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = a.length - a.length % 4;
  for (let i = 0; i < whole; i += 4) {
    first += a[i] * b[i];
    second += a[i + 1] * b[i + 1];
    third += a[i + 2] * b[i + 2];
    fourth += a[i + 3] * b[i + 3];
  }
  for (let i = whole; i < a.length; i++) first += a[i] * b[i];
  return first + second + third + fourth;
}
