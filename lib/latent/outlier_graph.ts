import { ndarray } from "../array/ndarray.ts";
import { cellsOf } from "../features/hog.ts";
import { appendHistograms } from "../features/hog_graph.ts";
import type { Model } from "../onnx/graph.ts";
import { GraphBuilder, type Value } from "../onnx/graph_builder.ts";
import { BASE_OPSET } from "../onnx/opset.ts";
import { appendQuantized } from "../onnx/quantized.ts";
import { LEVELS, OUTLIER_RATE, type OutlierDetector, type PointSpace } from "./outlier_detector.ts";

/** What describes an image beside its latent means. */
export type Look = "histograms of gradients" | "pixels";

/** Values of a graph that images are described by. */
export interface DescribedValues {
  /** Images as they come, `[batch, height, width, channels]`, pixels in [0, 1]. */
  readonly images: Value;
  /** The same, or straightened. */
  readonly straight: Value;
  /** `[batch, latentDim]` */
  readonly zMean: Value;
}

/** Options of the functions that describe images. */
export interface DescribeOptions {
  /** `[height, width, channels]` */
  readonly shape: readonly number[];
  readonly look: Look;
}

/** The blocks of a description, `[batch, features]` each, and {@linkcode appendPlain}. */
function appendDescription(
  builder: GraphBuilder,
  { images, straight, zMean }: DescribedValues,
  { shape, look }: DescribeOptions,
): { blocks: Value[]; plain: Value } {
  const seen = look === "pixels"
    ? appendPixels(builder, straight, shape)
    : appendHistograms(builder, straight, shape);
  return {
    blocks: [seen, zMean],
    plain: appendPlain(builder, images, shape),
  };
}

/**
 * What is plain to see, `[batch, 2]`: ink, the mean pixel; and roughness, `mean (a - b)² / 2 var` of
 * pixels one below the other and one after the other (von Neumann's ratio, halved): 1 where
 * neighbours are independent, less the more they are alike, and 0 for an image of one colour.
 */
function appendPlain(
  { op }: GraphBuilder,
  images: Value,
  [height, width, channels]: readonly number[],
): Value {
  // In rows, which are fast to shift: the end of a line of pixels meets the start of the next.
  const rows = op.Flatten(images, { axis: 1 });
  const size = height * width * channels;
  const mean = (values: Value) => op.ReduceMean(values, { axes: [1], keepdims: 1 });
  const differences = [width * channels, channels].map((step) => {
    const shifted = op.Slice(rows, [step], [size], [1]);
    const difference = op.Sub(shifted, op.Slice(rows, [0], [size - step], [1]));
    return mean(op.Mul(difference, difference));
  });
  const ink = mean(rows);
  const variance = op.Sub(mean(op.Mul(rows, rows)), op.Mul(ink, ink));
  const roughness = op.Div(op.Add(...differences), op.Max(op.Mul(variance, 4), 1e-4));
  return op.Concat(ink, roughness, { axis: 1 });
}

/** Components of more pixels would need gigabytes: large images are made smaller. */
const MAX_PIXELS = 2048;

/** The pixels in a row each, of images that are made smaller by a whole factor if they are large. */
function appendPixels({ op }: GraphBuilder, images: Value, shape: readonly number[]): Value {
  const factor = Math.ceil(Math.sqrt(shape.reduce((a, b) => a * b) / MAX_PIXELS));
  if (factor === 1) return op.Flatten(images, { axis: 1 });
  const [kernel_shape, strides] = [[factor, factor], [factor, factor]];
  const planes = op.Transpose(images, { perm: [0, 3, 1, 2] });
  return op.Flatten(op.AveragePool(planes, { kernel_shape, strides }), { axis: 1 });
}

/** What describes images of a shape best: images of less than two cells have no histograms. */
export function lookOf(shape: readonly number[]): Look {
  const { rows, columns } = cellsOf(shape);
  return Math.min(rows, columns) < 2 ? "pixels" : "histograms of gradients";
}

/**
 * A description as a model of its own: `images` to the blocks `block0`, … and `plain`.
 *
 * @param encode Appends what the blocks are taken from.
 */
export function buildDescription(
  { shape, look }: DescribeOptions,
  encode: (builder: GraphBuilder, images: Value) => Pick<DescribedValues, "straight" | "zMean">,
): Model {
  const builder = new GraphBuilder({ name: "description" });
  const images = builder.input("images", "float32", ["batch", ...shape]);
  const values = { images, ...encode(builder, images) };
  const { blocks, plain } = appendDescription(builder, values, { shape, look });
  blocks.forEach((block, i) =>
    builder.output(`block${i}`, block, "float32", ["batch", "features"])
  );
  builder.output("plain", plain, "float32", ["batch", 2]);
  return { graph: builder.build(), opset: BASE_OPSET };
}

/** A description with its points instead of its blocks: `images` to `points` and `plain`. */
export function buildPoints({ graph, opset }: Model, space: PointSpace): Model {
  const builder = new GraphBuilder({ name: "points" });
  const [{ shape }] = graph.inputs;
  const images = builder.input("images", "float32", shape);
  const { plain, ...blocks } = builder.inline(graph, { images });
  const points = appendPoints(builder, Object.values(blocks), space);
  builder.output("points", points, "float32", ["batch", "axes"]);
  builder.output("plain", plain, "float32", ["batch", 2]);
  return { graph: builder.build(), opset };
}

/** Blocks along the principal components, and the length of what these leave out, as a last axis. */
function appendPoints(
  builder: GraphBuilder,
  blocks: readonly Value[],
  { lengths, mean, directions }: PointSpace,
): Value {
  const { op } = builder;
  const scaled = blocks.map((block, i) => op.Mul(block, 1 / (lengths[i] || 1)));
  const centred = op.Sub(op.Concat(...scaled, { axis: 1 }), builder.constant(mean));
  const projected = op.MatMul(centred, appendQuantized(builder, directions));
  const squares = (value: Value) => op.ReduceSum(op.Mul(value, value), [1], { keepdims: 1 });
  const rest = op.Sqrt(op.Max(op.Sub(squares(centred), squares(projected)), 0));
  return op.Concat(projected, rest, { axis: 1 });
}

/**
 * Gives a graph two outputs that tell whether images are unlike the training images, as
 * `fitOutlierDetector()` measures it: `outlier_score` float32 `[batch]`, the share of the held-out
 * training images that are less so, above 1 beyond all of them or where ink or roughness is out of
 * their range; and `outlier` bool `[batch]`, whether that is above `1 - OUTLIER_RATE`.
 */
export function outputOutliers(
  builder: GraphBuilder,
  values: DescribedValues,
  { detector, ...options }: DescribeOptions & { detector: OutlierDetector },
): void {
  const { op } = builder;
  const { blocks, plain } = appendDescription(builder, values, options);
  const points = appendPoints(builder, blocks, detector);
  const width = detector.references.codes.shape[1];
  const row = (values: ArrayLike<number>) =>
    builder.constant(ndarray("float32", [1, values.length], Float32Array.from(values)));
  const references = appendQuantized(builder, detector.references);
  const squares = op.ReduceSum(op.Mul(references, references), [1], { keepdims: 0 });
  // As nearestNeighbours() finds them: the largest 2 q·r - |r|².
  const products = op.Gemm(points, references, op.Neg(squares), { alpha: 2, transB: 1 });
  const [best, nearest] = builder.node("TopK", [products, [detector.neighbours]], {}, 2);
  const lengths = op.ReduceSum(op.Mul(points, points), [1], { keepdims: 1 });
  const mean = (value: Value) => op.ReduceMean(value, { axes: [1], keepdims: 1 });
  const log = (value: Value) => op.Log(op.Max(value, 1e-6));
  const distance = mean(op.Sqrt(op.Max(op.Sub(lengths, best), 0)));
  const spread = builder.constant(
    ndarray("float32", [detector.spread.length], detector.spread),
  );
  const around = mean(op.Gather(spread, nearest, { axis: 0 }));
  const [, rest] = builder.node("Split", [points, [width - 1, 1]], { axis: 1 }, 2);
  const measures = [op.Sub(log(distance), op.Mul(log(around), 0.5)), log(rest)];
  const sum = measures
    .map((value, m) => {
      const [middle, deviation] = detector.scales[m];
      return op.Div(op.Sub(value, middle), deviation);
    })
    .reduce((a, b) => op.Add(a, b));

  // Piecewise linear through the quantiles: each piece adds its share as far as the sum reaches.
  const { quantiles } = detector;
  const lower = quantiles.subarray(0, -1);
  const gaps = lower.map((value, i) => Math.max(quantiles[i + 1] - value, 1e-6));
  const reached = op.Clip(op.Div(op.Sub(sum, row(lower)), row(gaps)), 0, 1);
  const shares = Float32Array.from(gaps, (_, i) => LEVELS[i + 1] - LEVELS[i]);
  const share = op.MatMul(
    reached,
    builder.constant(ndarray("float32", [shares.length, 1], shares)),
  );
  const beyond = op.Relu(op.Sub(sum, quantiles.at(-1)!));
  const [least, greatest] = [0, 1].map((end) => row(detector.ranges.map((range) => range[end])));
  const widths = row(detector.ranges.map(([low, high]) => Math.max(high - low, 1e-6)));
  const excess = op.Div(op.Max(op.Sub(least, plain), op.Sub(plain, greatest)), widths);
  const byRange = op.Where(op.Greater(excess, 0), op.Add(excess, 1), 0);
  const [byInk, byRoughness] = builder.node("Split", [byRange, [1, 1]], { axis: 1 }, 2);
  const score = op.Squeeze(op.Max(op.Add(share, beyond), byInk, byRoughness), [1]);
  builder.output("outlier", op.Greater(score, 1 - OUTLIER_RATE), "bool", ["batch"]);
  builder.output("outlier_score", score, "float32", ["batch"]);
}
