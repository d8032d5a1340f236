import { describeClassifier } from "./describe_classifier.ts";
import type { LatentClassifier } from "./latent_classifier.ts";
import { appendLatentClassifier } from "./mixture_graph.ts";
import { GraphBuilder } from "../onnx/graph_builder.ts";
import type { Model } from "../onnx/graph.ts";
import { pixelsInput } from "../onnx/pixels_input.ts";
import type { OutlierDetector } from "./outlier_detector.ts";
import { buildDescription, outputOutliers } from "./outlier_graph.ts";

/** Options for {@linkcode buildClassifier}. */
export interface BuildClassifierOptions {
  /**
   * The pixels that it takes: `float32` in [0, 1], or `uint8` from 0 to 255.
   * @default {"float32"}
   */
  input?: "float32" | "uint8";
  /** What the file shall say of itself, beside what the encoder's says. @default {{}} */
  metadata?: Readonly<Record<string, string>>;
  /** What it tells outliers by; without, it has no such outputs. @default {undefined} */
  outliers?: OutlierDetector | undefined;
}

/** Histograms take longer than the encoder of a VAE, so pixels describe its images. */
const LOOK = "pixels";

/** How images are described for the `outliers` of {@linkcode buildClassifier}. */
export function describeEncoded({ graph }: Model): Model {
  const shape = graph.inputs[0].shape.slice(1) as number[];
  return buildDescription({ shape, look: LOOK }, (builder, images) => ({
    straight: images,
    zMean: builder.inline(graph, { images }).z_mean,
  }));
}

/**
 * One graph from images to labels: an encoder and the mixture on its latent space.
 *
 * Input: `images` `[batch, height, width, channels]`. Outputs: `label` int64 `[batch]`,
 * `probabilities` float32 `[batch, classes]`, `log_likelihood` float32 `[batch]`, `z_mean` float32
 * `[batch, latentDim]`; with `outliers` also `outlier` bool `[batch]` and `outlier_score` float32
 * `[batch]`, as {@linkcode outputOutliers} says.
 *
 * @throws {RangeError} If the encoder has no input `images` or no output `z_mean`.
 */
export function buildClassifier(
  encoder: Model,
  classifier: LatentClassifier,
  { input = "float32", metadata = {}, outliers }: BuildClassifierOptions = {},
): Model {
  const images = encoder.graph.inputs.find(({ name }) => name === "images");
  const latent = encoder.graph.outputs.find(({ name }) => name === "z_mean");
  if (images === undefined || latent === undefined) {
    throw new RangeError(
      `Cannot build a classifier on graph "${encoder.graph.name}": an input "images" and an output "z_mean" are needed`,
    );
  }
  const builder = new GraphBuilder({ name: "classifier" });
  const scaled = pixelsInput(builder, input, images.shape);
  const { z_mean: zMean } = builder.inline(encoder.graph, { images: scaled });
  const answer = appendLatentClassifier(builder, zMean, classifier);
  const batch = images.shape[0];
  builder.output("label", answer.label, "int64", [batch]);
  builder.output("probabilities", answer.probabilities, "float32", [
    batch,
    classifier.classes.length,
  ]);
  builder.output("log_likelihood", answer.logLikelihood, "float32", [batch]);
  builder.output("z_mean", zMean, "float32", latent.shape);
  if (outliers !== undefined) {
    const shape = images.shape.slice(1) as number[];
    const values = { images: scaled, straight: scaled, zMean };
    outputOutliers(builder, values, { shape, look: LOOK, detector: outliers });
  }
  return {
    graph: builder.build(),
    opset: encoder.opset,
    ...describeClassifier({
      input,
      shape: images.shape.slice(1),
      classes: classifier.classes,
      metadata: { ...encoder.metadata, ...metadata },
      tellsOutliers: outliers !== undefined,
    }),
  };
}
