import { ndarray } from "../../lib/array/ndarray.ts";
import { describeClassifier } from "../../lib/latent/describe_classifier.ts";
import type { OutlierDetector } from "../../lib/latent/outlier_detector.ts";
import { buildDescription, lookOf, outputOutliers } from "../../lib/latent/outlier_graph.ts";
import { GraphBuilder, type Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { pixelsInput } from "../../lib/onnx/pixels_input.ts";

/** Options for {@linkcode withLabels}. */
export interface LabelGraphOptions {
  /** The user's own labels, in the order of the probabilities. */
  classes: readonly number[];
  /** The pixels that it takes: `float32` in [0, 1], or `uint8` from 0 to 255. */
  input: "float32" | "uint8";
  /** What it tells outliers by; without, it has no such outputs. @default {undefined} */
  outliers?: OutlierDetector | undefined;
}

/** How images are described for the `outliers` of {@linkcode withLabels}. */
export function describeFeatures({ graph }: OnnxModel): OnnxModel {
  const shape = graph.inputs[0].shape.slice(1) as number[];
  return buildDescription({ shape, look: lookOf(shape) }, (builder, images) => ({
    straight: images,
    zMean: builder.inline(graph, { images }).features,
  }));
}

/**
 * A classifier with labels: from `images` to `label` int64 `[batch]` and `probabilities` float32
 * `[batch, classes]`; with `outliers` also `outlier` and `outlier_score` `[batch]`.
 *
 * @param network From `images` to `probabilities`, for `outliers` also to `features`.
 */
export function withLabels(
  network: OnnxModel,
  { classes, input, outliers }: LabelGraphOptions,
): OnnxModel {
  const { shape } = network.graph.inputs[0];
  const builder = new GraphBuilder({ name: "classifier" });
  const { op } = builder;
  const images = pixelsInput(builder, input, shape);
  const { probabilities, features } = builder.inline(network.graph, { images });
  const labels = ndarray("int64", [classes.length], BigInt64Array.from(classes, BigInt));
  const index = op.ArgMax(probabilities, { axis: 1, keepdims: 0 });
  const label = op.Gather(builder.constant(labels), index, { axis: 0 });
  builder.output("label", label, "int64", [shape[0]]);
  builder.output("probabilities", probabilities, "float32", [shape[0], classes.length]);
  if (outliers !== undefined) {
    const size = shape.slice(1) as number[];
    const values = { images, straight: images, zMean: features };
    outputOutliers(builder, values, { shape: size, look: lookOf(size), detector: outliers });
  }
  return {
    ...network,
    graph: builder.build(),
    ...describeClassifier({
      input,
      shape: shape.slice(1),
      classes,
      metadata: network.metadata,
      tellsOutliers: outliers !== undefined,
    }),
  };
}
