import { ndarray } from "../../../lib/array/ndarray.ts";
import { appendLogLikelihood, type TiedGaussians } from "../../../lib/classical/tied_gaussians.ts";
import { appendDeskew } from "../../../lib/features/deskew_graph.ts";
import { GraphBuilder, type Model as OnnxModel } from "../../../lib/onnx/mod.ts";
import { scaleBytes } from "../../../lib/onnx/scale_bytes.ts";

/** The encoder as images come: with deskewing where the plan has it. */
export function withDeskew(encoder: OnnxModel, { deskew }: { deskew: boolean }): OnnxModel {
  if (!deskew) return encoder;
  const { shape } = encoder.graph.inputs[0];
  const builder = new GraphBuilder({ name: "encoder" });
  const images = builder.input("images", "float32", shape);
  const straight = appendDeskew(builder, images, shape.slice(1) as number[]);
  const { z_mean: zMean } = builder.inline(encoder.graph, { images: straight });
  builder.output("z_mean", zMean, "float32", encoder.graph.outputs[0].shape);
  return { ...encoder, graph: builder.build() };
}

/** Options for {@linkcode buildClassifier}. */
export interface ClassifierOptions {
  readonly deskew: boolean;
  /** The user's own labels, in the order of the probabilities. */
  readonly classes: readonly number[];
  /** Where features of each class lie. */
  readonly gaussians: TiedGaussians;
  /** The pixels that it takes: `float32` in [0, 1], or `uint8` from 0 to 255. */
  readonly input: "float32" | "uint8";
}

/**
 * One graph from images to `label` int64 `[batch]`, `probabilities` `[batch, classes]`,
 * `log_likelihood` `[batch]` of the features and the features `z_mean` `[batch, features]`.
 *
 * @param network From straight `images` to `z_mean` and `probabilities`.
 */
export function buildClassifier(
  network: OnnxModel,
  { deskew, classes, gaussians, input }: ClassifierOptions,
): OnnxModel {
  const { shape } = network.graph.inputs[0];
  const size = shape.slice(1) as number[];
  const builder = new GraphBuilder({ name: "classifier" });
  const { op } = builder;
  const pixels = builder.input("images", input, shape);
  const images = input === "float32" ? pixels : scaleBytes(builder, pixels);
  const { z_mean: zMean, probabilities } = builder.inline(network.graph, {
    images: deskew ? appendDeskew(builder, images, size) : images,
  });
  const index = op.ArgMax(probabilities, { axis: 1, keepdims: 0 });
  const labels = ndarray("int64", [classes.length], BigInt64Array.from(classes, BigInt));
  const [batch] = shape;
  builder.output("label", op.Gather(builder.constant(labels), index, { axis: 0 }), "int64", [
    batch,
  ]);
  builder.output("probabilities", probabilities, "float32", [batch, classes.length]);
  const logLikelihood = appendLogLikelihood(builder, zMean, gaussians);
  builder.output("log_likelihood", logLikelihood, "float32", [batch]);
  builder.output("z_mean", zMean, "float32", [batch, gaussians.centres.shape[1]]);
  return {
    ...network,
    graph: builder.build(),
    description: `Classifies images of ${size.join("x")}, pixels ${
      input === "uint8" ? "0 to 255 as uint8" : "in [0, 1] as float32"
    }, as one of ${classes.join(", ")}`,
    metadata: { ...network.metadata, classes: classes.join(",") },
  };
}
