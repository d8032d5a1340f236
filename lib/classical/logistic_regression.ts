import { type NdArray, ndarray } from "../array/ndarray.ts";
import { logSumExp } from "../array/linalg.ts";
import { minimizeSmooth } from "./minimize_smooth.ts";

/** Softmax regression. */
export interface LogisticRegression {
  /** `[features + 1, classes]`; the last row is the intercept. */
  readonly weights: Float64Array;
  readonly classes: number;
}

/** Options for {@linkcode fitLogisticRegression}. */
export interface LogisticRegressionOptions {
  /** The number of classes. */
  classes: number;
  /** Weight of `|w|² / 2` beside the summed cross-entropy: scikit-learn's 1 / C. @default {1} */
  l2?: number;
}

/**
 * Minimizes the cross-entropy summed over points plus `l2 / 2 |w|²`, without the intercept, as
 * scikit-learn's `LogisticRegression` does, by full-batch L-BFGS in float64.
 *
 * @param points `[count, features]`
 * @param labels The class of each, from 0.
 */
export function fitLogisticRegression(
  points: NdArray<"float32">,
  labels: ArrayLike<number>,
  { classes, l2 = 1 }: LogisticRegressionOptions,
): LogisticRegression {
  const { data, shape: [count, features] } = points;
  const objective = (weights: Float64Array) => {
    const gradient = new Float64Array(weights.length);
    let loss = 0;
    for (let i = 0; i < features * classes; i++) {
      loss += l2 / 2 * weights[i] ** 2;
      gradient[i] = l2 * weights[i];
    }
    for (let row = 0; row < count; row++) {
      const point = data.subarray(row * features, (row + 1) * features);
      const errors = logits(weights, point, classes);
      const total = logSumExp(errors);
      loss += total - errors[labels[row]];
      for (let c = 0; c < classes; c++) errors[c] = Math.exp(errors[c] - total);
      errors[labels[row]] -= 1;
      for (let j = 0; j <= features; j++) {
        const value = j < features ? point[j] : 1;
        if (value === 0) continue;
        for (let c = 0; c < classes; c++) gradient[j * classes + c] += value * errors[c];
      }
    }
    return { value: loss, gradient };
  };
  return {
    weights: minimizeSmooth(objective, new Float64Array((features + 1) * classes)),
    classes,
  };
}

/** Probabilities of points `[count, features]`, `[count, classes]`. */
export function predictLogisticRegression(
  points: NdArray<"float32">,
  { weights, classes }: LogisticRegression,
): NdArray<"float32"> {
  const { data, shape: [count, features] } = points;
  const probabilities = new Float32Array(count * classes);
  for (let row = 0; row < count; row++) {
    const scores = logits(weights, data.subarray(row * features, (row + 1) * features), classes);
    const total = logSumExp(scores);
    scores.forEach((score, c) => probabilities[row * classes + c] = Math.exp(score - total));
  }
  return ndarray("float32", [count, classes], probabilities);
}

function logits(weights: Float64Array, point: Float32Array, classes: number): Float64Array {
  const features = point.length;
  const scores = weights.slice(features * classes);
  for (let j = 0; j < features; j++) {
    if (point[j] === 0) continue;
    for (let c = 0; c < classes; c++) scores[c] += point[j] * weights[j * classes + c];
  }
  return scores;
}
