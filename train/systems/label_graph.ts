import { ndarray } from "../../lib/array/ndarray.ts";
import { GraphBuilder, type Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { scaleBytes } from "../../lib/onnx/scale_bytes.ts";

/** Options for {@linkcode withLabels}. */
export interface LabelGraphOptions {
  /** The user's own labels, in the order of the probabilities. */
  classes: readonly number[];
  /** The pixels that it takes: `float32` in [0, 1], or `uint8` from 0 to 255. */
  input: "float32" | "uint8";
}

/**
 * A classifier with labels: from `images` to `label` int64 `[batch]` and `probabilities` float32
 * `[batch, classes]`.
 *
 * @param network From `images` to `probabilities`.
 */
export function withLabels(network: OnnxModel, { classes, input }: LabelGraphOptions): OnnxModel {
  const { shape } = network.graph.inputs[0];
  const builder = new GraphBuilder({ name: "classifier" });
  const { op } = builder;
  const images = builder.input("images", input, shape);
  const { probabilities } = builder.inline(network.graph, {
    images: input === "float32" ? images : scaleBytes(builder, images),
  });
  const labels = ndarray("int64", [classes.length], BigInt64Array.from(classes, BigInt));
  const index = op.ArgMax(probabilities, { axis: 1, keepdims: 0 });
  const label = op.Gather(builder.constant(labels), index, { axis: 0 });
  builder.output("label", label, "int64", [shape[0]]);
  builder.output("probabilities", probabilities, "float32", [shape[0], classes.length]);
  return {
    ...network,
    graph: builder.build(),
    description: `Classifies images of ${shape.slice(1).join("x")}, pixels ${
      input === "uint8" ? "0 to 255 as uint8" : "in [0, 1] as float32"
    }, as one of ${classes.join(", ")}`,
    metadata: { ...network.metadata, classes: classes.join(",") },
  };
}
