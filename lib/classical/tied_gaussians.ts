import { cholesky, invertTriangular } from "../array/linalg.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { GraphBuilder, Value } from "../onnx/graph_builder.ts";
import { multiply } from "../runtime/multiply.ts";

/** A normal distribution for each class, all of one covariance: linear discriminant analysis. */
export interface TiedGaussians {
  /** Turns points so that the covariance becomes the identity, `[features, features]`. */
  readonly whitening: NdArray<"float32">;
  /** The mean of each class after that, `[classes, features]`. */
  readonly centres: NdArray<"float32">;
  /** `log weight - features / 2 log 2π + log |whitening|` of each class, `[classes]`. */
  readonly offsets: Float32Array;
}

/** The share of the mean variance that is added to every variance: unused features have none. */
const RIDGE = 0.01;

/**
 * Fits the distributions to labelled points.
 *
 * @param points `[count, features]`
 * @param labels The class of each, from 0.
 */
export async function fitTiedGaussians(
  points: NdArray<"float32">,
  labels: ArrayLike<number>,
  { classes, threads = 0 }: { classes: number; threads?: number },
): Promise<TiedGaussians> {
  const { data, shape: [count, features] } = points;
  const counts = new Float64Array(classes);
  const means = new Float64Array(classes * features);
  for (let i = 0; i < count; i++) {
    counts[labels[i]]++;
    for (let j = 0; j < features; j++) means[labels[i] * features + j] += data[i * features + j];
  }
  means.forEach((sum, i) => means[i] = sum / Math.max(1, counts[Math.floor(i / features)]));
  const centred = data.map((value, i) =>
    value - means[labels[Math.floor(i / features)] * features + i % features]
  );
  const rows = ndarray("float32", [count, features], centred);
  const product = await multiply(rows, rows, { transposeFirst: true, threads });
  const covariance = Float64Array.from(product.data, (sum) => sum / count);
  let trace = 0;
  for (let j = 0; j < features; j++) trace += covariance[j * features + j];
  for (let j = 0; j < features; j++) {
    covariance[j * features + j] += RIDGE * trace / features + 1e-9;
  }
  const inverse = invertTriangular(cholesky(covariance, features), features);
  const whitening = new Float32Array(features * features);
  const centres = new Float32Array(classes * features);
  let logDeterminant = 0;
  for (let j = 0; j < features; j++) {
    logDeterminant += Math.log(inverse[j * features + j]);
    for (let k = 0; k <= j; k++) {
      whitening[k * features + j] = inverse[j * features + k];
      for (let c = 0; c < classes; c++) {
        centres[c * features + j] += means[c * features + k] * inverse[j * features + k];
      }
    }
  }
  return {
    whitening: ndarray("float32", [features, features], whitening),
    centres: ndarray("float32", [classes, features], centres),
    offsets: Float32Array.from(
      counts,
      (members) =>
        Math.log(Math.max(members, 1e-3) / count) - features / 2 * Math.log(2 * Math.PI) +
        logDeterminant,
    ),
  };
}

/**
 * Appends the log density of points under the distributions to a graph, in nats.
 *
 * @param points `[batch, features]`
 * @returns `[batch]`
 */
export function appendLogLikelihood(
  builder: GraphBuilder,
  points: Value,
  { whitening, centres, offsets }: TiedGaussians,
): Value {
  const { op } = builder;
  const [classes, features] = centres.shape;
  const white = op.MatMul(points, builder.constant(whitening, "whitening"));
  const differences = op.Sub(
    op.Reshape(white, [-1, 1, features]),
    builder.constant(ndarray("float32", [1, classes, features], centres.data), "centres"),
  );
  const squares = op.ReduceSum(op.Mul(differences, differences), [2], { keepdims: 0 });
  const logs = op.Sub(
    builder.constant(ndarray("float32", [1, classes], offsets)),
    op.Mul(squares, 0.5),
  );
  return op.ReduceLogSumExp(logs, { axes: [1], keepdims: 0 });
}
