import type { LeadingComponents } from "../../../lib/embedding/leading_components.ts";
import { appendColours } from "../../../lib/features/colour_graph.ts";
import { appendHistograms } from "../../../lib/features/hog_graph.ts";
import type { OutlierDetector } from "../../../lib/latent/outlier_detector.ts";
import { buildDescription, lookOf, outputOutliers } from "../../../lib/latent/outlier_graph.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder, type Model as OnnxModel, type Value } from "../../../lib/onnx/mod.ts";
import { appendPreparation, type Preparation } from "./graphs.ts";

/**
 * How images become points: histograms of gradients, learned features and, of images in colour,
 * histograms of colours, along principal components.
 */
export interface PointsOfImages extends Preparation {
  /** From straight `images` to features, `z_mean`. */
  readonly network: OnnxModel;
  /** Of the histograms. */
  readonly histograms: LeadingComponents;
  /** Whether colours count. */
  readonly colour: boolean;
  /** What the components of the histograms, the features and the colours are divided by. */
  readonly lengths: readonly number[];
  /** Of all side by side. */
  readonly components: LeadingComponents;
}

/** Images `[batch, height, width, channels]` as they come to straight ones and to points. */
function appendPoints(
  builder: GraphBuilder,
  images: Value,
  { network, histograms, colour, lengths, components, ...preparation }: PointsOfImages,
): { straight: Value; zMean: Value } {
  const { op } = builder;
  const { shape } = network.graph.inputs[0];
  const straight = appendPreparation(builder, images, { ...preparation, shape });
  const project = (values: Value, { mean, directions }: LeadingComponents) =>
    op.MatMul(
      op.Sub(values, builder.constant(ndarray("float32", [1, mean.length], mean))),
      builder.constant(directions),
    );
  const gradients = appendHistograms(builder, straight, shape.slice(1) as number[]);
  const { z_mean: features } = builder.inline(network.graph, { images: straight });
  const colours = colour ? [appendColours(builder, straight, shape.slice(1) as number[])] : [];
  const blocks = [project(gradients, histograms), features, ...colours]
    .map((block, b) => op.Div(block, lengths[b] || 1));
  return { straight, zMean: project(op.Concat(...blocks, { axis: 1 }), components) };
}

/** The encoder of a run without labels: `images` to `z_mean`. */
export function buildEncoder(points: PointsOfImages): OnnxModel {
  const { network, components } = points;
  const { shape } = network.graph.inputs[0];
  const builder = new GraphBuilder({ name: "encoder" });
  const images = builder.input("images", "float32", shape);
  const { zMean } = appendPoints(builder, images, points);
  const latentDim = components.directions.shape[1];
  builder.output("z_mean", zMean, "float32", [shape[0], latentDim]);
  return {
    ...network,
    graph: builder.build(),
    description: `Maps images of ${
      shape.slice(1).join("x")
    }, pixels in [0, 1], to ${latentDim} principal components of features`,
  };
}

/** How images are described for the `outliers` of {@linkcode buildUnlabelled}. */
export function describePoints(points: PointsOfImages): OnnxModel {
  const shape = points.network.graph.inputs[0].shape.slice(1) as number[];
  return buildDescription(
    { shape, look: lookOf(shape) },
    (builder, images) => appendPoints(builder, images, points),
  );
}

/**
 * All of a classifier but the labels, which `deno task label` adds: `images` to `z_mean`, `outlier`
 * and `outlier_score`.
 */
export function buildUnlabelled(points: PointsOfImages, outliers: OutlierDetector): OnnxModel {
  const { network, components } = points;
  const { shape } = network.graph.inputs[0];
  const builder = new GraphBuilder({ name: "unlabelled" });
  const images = builder.input("images", "float32", shape);
  const { straight, zMean } = appendPoints(builder, images, points);
  builder.output("z_mean", zMean, "float32", [shape[0], components.directions.shape[1]]);
  const size = shape.slice(1) as number[];
  outputOutliers(builder, { images, straight, zMean }, {
    shape: size,
    look: lookOf(size),
    detector: outliers,
  });
  return {
    ...network,
    graph: builder.build(),
    description: `Describes images of ${
      size.join("x")
    }, pixels in [0, 1]: a classifier that waits for labels`,
  };
}
