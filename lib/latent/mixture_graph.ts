import { transpose } from "../array/linalg.ts";
import { ndarray } from "../array/ndarray.ts";
import type { Model } from "../onnx/graph.ts";
import { GraphBuilder, type Value } from "../onnx/graph_builder.ts";
import { type LatentClassifier, type LatentMember, TIE } from "./latent_classifier.ts";
import { appendTransform } from "./latent_transform.ts";
import { densityOf } from "../mixture/parameters.ts";

/** The outputs of {@linkcode appendLatentClassifier}. */
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
  const predictions = members.map((member) => appendMember(builder, zMean, member, classes.length));
  const mean = (values: readonly Value[]) =>
    values.map((value, m) => members[m].weight === 1 ? value : op.Mul(value, members[m].weight))
      .reduce((sum, value) => op.Add(sum, value));
  const meanLogs = mean(predictions.map(({ logPosteriors }) => logPosteriors));
  const probabilities = mean(predictions.map(({ logPosteriors }) => op.Exp(logPosteriors)));
  const index = op.ArgMax(
    members.length === 1 ? meanLogs : whereGreatest(builder, probabilities, meanLogs),
    { axis: 1, keepdims: 0 },
  );
  const labels = ndarray("int64", [classes.length], BigInt64Array.from(classes, BigInt));
  const densities = members.map(({ weight }, m) => op.Add(predictions[m].logSum, Math.log(weight)));
  const logLikelihood = densities.length === 1
    ? densities[0]
    : logSumExp(builder, op.Concat(...densities, { axis: 1 }), 1);
  return {
    label: op.Gather(builder.constant(labels), index, { axis: 0 }),
    probabilities,
    logLikelihood: op.Squeeze(logLikelihood, [1]),
  };
}

/** The mean log posteriors of classes whose mean posterior ties with the greatest, as `TIE` says. */
function whereGreatest({ op }: GraphBuilder, probabilities: Value, meanLogs: Value): Value {
  const where = op.ArgMax(probabilities, { axis: 1, keepdims: 1 });
  const least = op.Sub(op.GatherElements(probabilities, where, { axis: 1 }), TIE);
  return op.Where(op.Less(probabilities, least), -3e38, meanLogs);
}

/**
 * A latent classifier as a model of its own: `z_mean` `[batch, latentDim]` to `label`,
 * `probabilities` and `log_likelihood`.
 */
export function buildLatentClassifier(classifier: LatentClassifier): Model {
  const builder = new GraphBuilder({ name: "latent_classifier" });
  const latentDim = classifier.members[0].transform.mean.length;
  const zMean = builder.input("z_mean", "float32", ["batch", latentDim]);
  const prediction = appendLatentClassifier(builder, zMean, classifier);
  builder.output("label", prediction.label, "int64", ["batch"]);
  builder.output("probabilities", prediction.probabilities, "float32", [
    "batch",
    classifier.classes.length,
  ]);
  builder.output("log_likelihood", prediction.logLikelihood, "float32", ["batch"]);
  return { graph: builder.build(), opset: 17 };
}

/** A member's log posteriors of the classes `[batch, classes]` and log density of z `[batch, 1]`. */
function appendMember(
  builder: GraphBuilder,
  zMean: Value,
  { transform, mixture, componentClass }: LatentMember,
  classCount: number,
): { logPosteriors: Value; logSum: Value } {
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
  const logSum = logSumExp(builder, logDensities, 1);
  return {
    logPosteriors: op.Sub(sumClasses(builder, logDensities, componentClass, classCount), logSum),
    logSum: op.Add(logSum, op.Unsqueeze(logDeterminant, [1])),
  };
}

/** The log densities of classes `[batch, classes]` from those of their components `[batch, k]`. */
function sumClasses(
  builder: GraphBuilder,
  logDensities: Value,
  componentClass: readonly number[],
  classCount: number,
): Value {
  const { op } = builder;
  if (componentClass.length === classCount && componentClass.every((c, i) => c === i)) {
    return logDensities;
  }
  const components = Array.from(
    { length: classCount },
    (_, index) => Array.from(componentClass.keys()).filter((c) => componentClass[c] === index),
  );
  // Classes with fewer components repeat their first, less so much that it adds nothing.
  const width = Math.max(...components.map(({ length }) => length));
  const indices = components.flatMap((own) =>
    Array.from({ length: width }, (_, i) => own[i] ?? own[0])
  );
  const padding = components.flatMap((own) =>
    Array.from({ length: width }, (_, i) => i < own.length ? 0 : -1e30)
  );
  const int64 = (values: readonly number[]) =>
    builder.constant(ndarray("int64", [values.length], BigInt64Array.from(values, BigInt)));
  const gathered = op.Gather(logDensities, int64(indices), { axis: 1 });
  const padded = padding.every((value) => value === 0) ? gathered : op.Add(
    gathered,
    builder.constant(ndarray("float32", [1, padding.length], Float32Array.from(padding))),
  );
  return op.Squeeze(logSumExp(builder, op.Reshape(padded, int64([-1, classCount, width])), 2), [2]);
}

/**
 * `log Σ exp` along the last axis, kept with size 1. The largest value is subtracted first, found by
 * its index: `ReduceMax` takes its axes in another place from opset 18 on.
 */
function logSumExp({ op }: GraphBuilder, values: Value, axis: number): Value {
  const where = op.ArgMax(values, { axis, keepdims: 1 });
  const largest = op.GatherElements(values, where, { axis });
  const sum = op.ReduceSum(op.Exp(op.Sub(values, largest)), [axis], { keepdims: 1 });
  return op.Add(largest, op.Log(sum));
}

function transposeEach(matrices: Float64Array, size: number): Float64Array {
  const transposed = new Float64Array(matrices.length);
  for (let start = 0; start < matrices.length; start += size * size) {
    transposed.set(transpose(matrices.subarray(start, start + size * size), size), start);
  }
  return transposed;
}
