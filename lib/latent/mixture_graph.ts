import { transpose } from "../array/linalg.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { Model } from "../onnx/graph.ts";
import { GraphBuilder, type Value } from "../onnx/graph_builder.ts";
import type { LatentClassifier, LatentMember } from "./latent_classifier.ts";
import { appendTransform } from "./latent_transform.ts";
import { densityOf } from "../mixture/parameters.ts";

/** The values that {@linkcode appendLatentClassifier} makes. */
export interface LatentClassifierValues {
  /** The user's own label, int64 `[batch]`. */
  readonly label: Value;
  /** float32 `[batch, classes]`. */
  readonly probabilities: Value;
  /** The log density of the latents, float32 `[batch]`. */
  readonly logLikelihood: Value;
}

/**
 * Appends a latent classifier to a graph, in operators that mean the same from opset 13 on.
 *
 * Component c of a member has the log density `constant - |(u - mean) P|² / 2`. The mean is
 * subtracted first: `u P - mean P` would lose the digits that float32 has.
 *
 * @param zMean float32 `[batch, latentDim]`.
 */
export function appendLatentClassifier(
  builder: GraphBuilder,
  zMean: Value,
  { classes, members }: LatentClassifier,
): LatentClassifierValues {
  const { op } = builder;
  const answers = members.map((member) => appendMember(builder, zMean, member));
  // Shares of the classes: posteriors of components, times which class each belongs to.
  const shares = members.map((member, m) =>
    op.MatMul(answers[m].posteriors, builder.constant(classMatrix(member, classes.length)))
  );
  const probabilities = shares.reduce((sum, share) => op.Add(sum, share));
  const index = op.ArgMax(probabilities, { axis: 1, keepdims: 0 });
  const labels = ndarray("int64", [classes.length], BigInt64Array.from(classes, BigInt));
  const densities = members.map(({ weight }, m) => op.Add(answers[m].logSum, Math.log(weight)));
  const logLikelihood = densities.length === 1
    ? densities[0]
    : logSumExpRows(builder, op.Concat(...densities, { axis: 1 })).logSum;
  return {
    label: op.Gather(builder.constant(labels), index, { axis: 0 }),
    probabilities,
    logLikelihood: op.Squeeze(logLikelihood, [1]),
  };
}

/**
 * A latent classifier as a model of its own: `z_mean` `[batch, latentDim]` to `label`,
 * `probabilities` and `log_likelihood`.
 */
export function buildLatentClassifier(classifier: LatentClassifier): Model {
  const builder = new GraphBuilder({ name: "latent_classifier" });
  const latentDim = classifier.members[0].transform.mean.length;
  const zMean = builder.input("z_mean", "float32", ["batch", latentDim]);
  const answer = appendLatentClassifier(builder, zMean, classifier);
  builder.output("label", answer.label, "int64", ["batch"]);
  builder.output("probabilities", answer.probabilities, "float32", [
    "batch",
    classifier.classes.length,
  ]);
  builder.output("log_likelihood", answer.logLikelihood, "float32", ["batch"]);
  return { graph: builder.build(), opset: 17 };
}

/** The posteriors of a member's components `[batch, k]` and its log density of z `[batch, 1]`. */
function appendMember(
  builder: GraphBuilder,
  zMean: Value,
  { transform, mixture }: LatentMember,
): { posteriors: Value; logSum: Value } {
  const { op } = builder;
  const { components: k, features: d, matrix, means, factors, constants } = densityOf(mixture);
  const constant = (shape: readonly number[], values: ArrayLike<number>) =>
    builder.constant(ndarray("float32", shape, Float32Array.from(values)));
  const { u, logDeterminant } = appendTransform(op, zMean, {
    transform,
    constant: (values) => constant([values.length], values),
  });
  // [1, batch, d] - [k, 1, d]
  const differences = op.Sub(op.Unsqueeze(u, [0]), constant([k, 1, d], means));
  const scaled = matrix
    ? op.MatMul(differences, constant([k, d, d], transposeEach(factors, d)))
    : op.Mul(differences, constant([k, 1, d], factors));
  const squares = op.ReduceSum(op.Mul(scaled, scaled), [2], { keepdims: 0 });
  const logDensities = op.Transpose(op.Sub(constant([k, 1], constants), op.Mul(squares, 0.5)), {
    perm: [1, 0],
  });
  const { posteriors, logSum } = logSumExpRows(builder, logDensities);
  return { posteriors, logSum: op.Add(logSum, op.Unsqueeze(logDeterminant, [1])) };
}

/**
 * `log Σ exp` of each row `[batch, 1]` and the share of each value in it. The largest value is
 * taken out first, by index: `ReduceMax` takes its axes in another place from opset 18 on.
 */
function logSumExpRows(
  { op }: GraphBuilder,
  values: Value,
): { posteriors: Value; logSum: Value } {
  const where = op.ArgMax(values, { axis: 1, keepdims: 1 });
  const largest = op.GatherElements(values, where, { axis: 1 });
  const parts = op.Exp(op.Sub(values, largest));
  const sum = op.ReduceSum(parts, [1], { keepdims: 1 });
  return { posteriors: op.Div(parts, sum), logSum: op.Add(largest, op.Log(sum)) };
}

/** The weight of a member where a component (row) belongs to a class (column), 0 elsewhere. */
function classMatrix({ weight, componentClass }: LatentMember, classes: number): NdArray {
  const matrix = new Float32Array(componentClass.length * classes);
  componentClass.forEach((index, component) => matrix[component * classes + index] = weight);
  return ndarray("float32", [componentClass.length, classes], matrix);
}

function transposeEach(matrices: Float64Array, size: number): Float64Array {
  const transposed = new Float64Array(matrices.length);
  for (let start = 0; start < matrices.length; start += size * size) {
    transposed.set(transpose(matrices.subarray(start, start + size * size), size), start);
  }
  return transposed;
}
