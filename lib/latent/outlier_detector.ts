import type { NdArray } from "../array/ndarray.ts";
import type { Quantized } from "../onnx/quantized.ts";

/** The share of the held-out training images that are outliers, unless another is asked for. */
export const OUTLIER_RATE = 0.01;

/** Where descriptions of images become points. */
export interface PointSpace {
  /** What each block of a description is divided by. */
  readonly lengths: readonly number[];
  /** The mean of the joined blocks, `[1, features]`. */
  readonly mean: NdArray<"float32">;
  /** Their principal components, `[features, components]`. */
  readonly directions: Quantized;
}

/** What an image is compared with to tell whether it is like the training images: plain data. */
export interface OutlierDetector extends PointSpace {
  /** Training images, `[references, components + 1]`. */
  readonly references: Quantized;
  /** The mean distance of each to its own neighbours, `[references]`. */
  readonly spread: Float32Array;
  /** Nearest references that count. */
  readonly neighbours: number;
  /** Mean and standard deviation of the logarithms of distance and rest. */
  readonly scales: readonly (readonly [mean: number, deviation: number])[];
  /** The sums of both that shares of the held-out images do not exceed: see {@linkcode LEVELS}. */
  readonly quantiles: Float32Array;
  /** Between what ink and what roughness an image can be one of the classes. */
  readonly ranges: readonly (readonly [least: number, greatest: number])[];
}

/** The shares at which the distribution of held-out images is kept: the closer, the nearer to 1. */
export const LEVELS: readonly number[] = [
  ...Array.from({ length: 18 }, (_, i) => i / 20),
  ...Array.from({ length: 8 }, (_, i) => 0.9 + i / 100),
  ...Array.from({ length: 21 }, (_, i) => 0.98 + i / 1000),
];

/**
 * Whether an image with an `outlier_score` is an outlier; at {@linkcode OUTLIER_RATE} this is the
 * output `outlier` of `classifier.onnx`.
 *
 * @param rate The share of the held-out training images that are outliers.
 */
export function isOutlier(score: number, rate = OUTLIER_RATE): boolean {
  // In float32, as the graph compares.
  return score > Math.fround(1 - rate);
}
