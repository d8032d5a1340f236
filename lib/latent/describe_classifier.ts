import type { Dim, Model } from "../onnx/graph.ts";
import { OUTLIER_RATE } from "./outlier_detector.ts";

/** Options for {@linkcode describeClassifier}. */
export interface DescribeClassifierOptions {
  /** The pixels that it takes: `float32` in [0, 1], or `uint8` from 0 to 255. */
  readonly input: "float32" | "uint8";
  /** `[height, width, channels]` */
  readonly shape: readonly Dim[];
  /** The labels, in the order of the probabilities. */
  readonly classes: readonly number[];
  /** What the file says besides. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Whether it has the output `outlier`. */
  readonly tellsOutliers: boolean;
}

/** What the ONNX file of a classifier says of itself, for whoever has nothing but the file. */
export function describeClassifier(
  { input, shape, classes, metadata, tellsOutliers }: DescribeClassifierOptions,
): Pick<Model, "description" | "metadata"> {
  const pixels = input === "uint8" ? "0 to 255 as uint8" : "in [0, 1] as float32";
  return {
    description: `Classifies images of ${shape.join("x")}, pixels ${pixels}, as one of ${
      classes.join(", ")
    }`,
    metadata: {
      ...metadata,
      classes: classes.join(","),
      // An image is an outlier where its outlier_score is above it.
      ...tellsOutliers && { outlier_threshold: String(1 - OUTLIER_RATE) },
    },
  };
}
