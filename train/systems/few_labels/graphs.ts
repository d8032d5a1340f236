import type { Plan } from "./plan.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { appendLogLikelihood, type TiedGaussians } from "../../../lib/classical/tied_gaussians.ts";
import { appendDeskew } from "../../../lib/features/deskew_graph.ts";
import { appendShrink } from "../../../lib/features/shrink.ts";
import { describeClassifier } from "../../../lib/latent/describe_classifier.ts";
import type { LatentClassifier } from "../../../lib/latent/mod.ts";
import {
  appendLatentClassifier,
  type LatentClassifierValues,
} from "../../../lib/latent/mixture_graph.ts";
import type { OutlierDetector } from "../../../lib/latent/outlier_detector.ts";
import { buildDescription, lookOf, outputOutliers } from "../../../lib/latent/outlier_graph.ts";
import { GraphBuilder, type Model as OnnxModel, type Value } from "../../../lib/onnx/mod.ts";
import { pixelsInput } from "../../../lib/onnx/pixels_input.ts";

/** What is done to images before the networks see them. */
export type Preparation = Pick<Plan, "invert" | "deskew">;

/** What images look like as they come. */
export interface Given {
  /** `[height, width, channels]` */
  readonly size: readonly number[];
  /** By what factor they are made smaller first. */
  readonly shrink: number;
}

/** The encoder as images come: made smaller, inverted and deskewed first, where the plan says so. */
export function withPreparation(
  encoder: OnnxModel,
  { size, shrink, ...preparation }: Preparation & Given,
): OnnxModel {
  if (!preparation.deskew && !preparation.invert && shrink === 1) return encoder;
  const { shape } = encoder.graph.inputs[0];
  const builder = new GraphBuilder({ name: "encoder" });
  const images = builder.input("images", "float32", [shape[0], ...size]);
  const small = appendShrink(builder, images, shrink);
  const straight = appendPreparation(builder, small, { ...preparation, shape });
  const { z_mean: zMean } = builder.inline(encoder.graph, { images: straight });
  builder.output("z_mean", zMean, "float32", encoder.graph.outputs[0].shape);
  return { ...encoder, graph: builder.build() };
}

/** As `prepareImages()` does. */
export function appendPreparation(
  builder: GraphBuilder,
  images: Value,
  { invert, deskew, shape }: Preparation & { shape: readonly (number | string)[] },
): Value {
  const seen = invert ? builder.op.Sub(1, images) : images;
  return deskew ? appendDeskew(builder, seen, shape.slice(1) as number[]) : seen;
}

/** How images that were made smaller are described for the `outliers` of {@linkcode buildClassifier}. */
export function describeImages(network: OnnxModel, preparation: Preparation): OnnxModel {
  const shape = network.graph.inputs[0].shape.slice(1) as number[];
  return buildDescription(
    { shape, look: lookOf(shape) },
    (builder, images) => appendNetwork(builder, images, { network, ...preparation }),
  );
}

/** A network on images as they come. */
function appendNetwork(
  builder: GraphBuilder,
  images: Value,
  { network: { graph }, ...preparation }: Preparation & { network: OnnxModel },
): { straight: Value; zMean: Value; probabilities: Value } {
  const { shape } = graph.inputs[0];
  const straight = appendPreparation(builder, images, { ...preparation, shape });
  const { z_mean: zMean, probabilities } = builder.inline(graph, { images: straight });
  return { straight, zMean, probabilities };
}

/** Options for {@linkcode buildClassifier}. */
export interface ClassifierOptions extends Preparation, Given {
  /** The user's own labels, in the order of the probabilities. */
  readonly classes: readonly number[];
  /** Where features of each class lie, for the likelihood beside what the network answers. */
  readonly gaussians: TiedGaussians;
  /** Answers in place of the network and the distributions. @default {undefined} */
  readonly mixture?: LatentClassifier | undefined;
  /** What it tells outliers by. */
  readonly outliers: OutlierDetector;
  /** The pixels that it takes: `float32` in [0, 1], or `uint8` from 0 to 255. */
  readonly input: "float32" | "uint8";
}

/**
 * One graph from images to `label` int64 `[batch]`, `probabilities` `[batch, classes]`,
 * `log_likelihood` `[batch]` of the features, the features `z_mean` `[batch, features]`, and
 * `outlier` and `outlier_score` `[batch]`.
 *
 * @param network From straight `images` to `z_mean` and `probabilities`.
 */
export function buildClassifier(
  network: OnnxModel,
  { size, shrink, invert, deskew, classes, gaussians, mixture, outliers, input }: ClassifierOptions,
): OnnxModel {
  const [batch, ...smallSize] = network.graph.inputs[0].shape;
  const builder = new GraphBuilder({ name: "classifier" });
  const scaled = pixelsInput(builder, input, [batch, ...size]);
  const images = appendShrink(builder, scaled, shrink);
  const { straight, zMean, probabilities } = appendNetwork(builder, images, {
    network,
    invert,
    deskew,
  });
  const answer = mixture === undefined
    ? appendNetworkAnswer(builder, { zMean, probabilities }, { classes, gaussians })
    : appendLatentClassifier(builder, zMean, mixture);
  builder.output("label", answer.label, "int64", [batch]);
  builder.output("probabilities", answer.probabilities, "float32", [batch, classes.length]);
  builder.output("log_likelihood", answer.logLikelihood, "float32", [batch]);
  builder.output("z_mean", zMean, "float32", [batch, gaussians.centres.shape[1]]);
  const shape = smallSize as number[];
  const described = { shape, look: lookOf(shape), detector: outliers };
  outputOutliers(builder, { images, straight, zMean }, described);
  return {
    ...network,
    graph: builder.build(),
    ...describeClassifier({
      input,
      shape: size,
      classes,
      metadata: network.metadata,
      tellsOutliers: true,
    }),
  };
}

function appendNetworkAnswer(
  builder: GraphBuilder,
  { zMean, probabilities }: { zMean: Value; probabilities: Value },
  { classes, gaussians }: Pick<ClassifierOptions, "classes" | "gaussians">,
): LatentClassifierValues {
  const { op } = builder;
  const index = op.ArgMax(probabilities, { axis: 1, keepdims: 0 });
  const labels = ndarray("int64", [classes.length], BigInt64Array.from(classes, BigInt));
  return {
    label: op.Gather(builder.constant(labels), index, { axis: 0 }),
    probabilities,
    logLikelihood: appendLogLikelihood(builder, zMean, gaussians),
  };
}
