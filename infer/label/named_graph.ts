import type { LatentClassifier } from "../../lib/latent/latent_classifier.ts";
import { appendLatentClassifier } from "../../lib/latent/mixture_graph.ts";
import { GraphBuilder } from "../../lib/onnx/graph_builder.ts";
import type { Model } from "../../lib/onnx/graph.ts";
import { scaleBytes } from "../../lib/onnx/scale_bytes.ts";

/**
 * A classifier from what a run without labels keeps: `images` to `label`, `probabilities`,
 * `log_likelihood`, `z_mean`, `outlier` and `outlier_score`.
 *
 * @param unlabelled From `images` to the last three.
 * @param options `input`: the pixels that it takes, `float32` in [0, 1] or `uint8` from 0 to 255.
 */
export function buildNamed(
  unlabelled: Model,
  classifier: LatentClassifier,
  { input }: { input: "float32" | "uint8" },
): Model {
  const { classes } = classifier;
  const [{ shape }] = unlabelled.graph.inputs;
  const builder = new GraphBuilder({ name: "classifier" });
  const pixels = builder.input("images", input, shape);
  const images = input === "float32" ? pixels : scaleBytes(builder, pixels);
  const described = builder.inline(unlabelled.graph, { images });
  const answer = appendLatentClassifier(builder, described.z_mean, classifier);
  const [batch] = shape;
  builder.output("label", answer.label, "int64", [batch]);
  builder.output("probabilities", answer.probabilities, "float32", [batch, classes.length]);
  builder.output("log_likelihood", answer.logLikelihood, "float32", [batch]);
  for (const { name, dtype, shape } of unlabelled.graph.outputs) {
    builder.output(name, described[name], dtype, shape);
  }
  return {
    ...unlabelled,
    graph: builder.build(),
    description: `Classifies images of ${shape.slice(1).join("x")}, pixels ${
      input === "uint8" ? "0 to 255 as uint8" : "in [0, 1] as float32"
    }, as one of ${classes.join(", ")}`,
    metadata: { ...unlabelled.metadata, classes: classes.join(",") },
  };
}
