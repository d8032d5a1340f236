import { describeClassifier } from "../../lib/latent/describe_classifier.ts";
import type { LatentClassifier } from "../../lib/latent/latent_classifier.ts";
import { appendLatentClassifier } from "../../lib/latent/mixture_graph.ts";
import { GraphBuilder } from "../../lib/onnx/graph_builder.ts";
import type { Model } from "../../lib/onnx/graph.ts";
import { pixelsInput } from "../../lib/onnx/pixels_input.ts";

/**
 * A classifier from what a run without labels keeps: `images` to `label`, `probabilities`,
 * `log_likelihood`, `z_mean`, `outlier` and `outlier_score`.
 *
 * @param unlabelled From `images` to the last three.
 * @param options `input`: the pixels that it takes, `float32` in [0, 1] or `uint8` from 0 to 255;
 * `classNames`: those of labels 0, 1, …, where classes have names that are no integers.
 */
export function buildNamed(
  unlabelled: Model,
  classifier: LatentClassifier,
  { input, classNames }: { input: "float32" | "uint8"; classNames?: readonly string[] | undefined },
): Model {
  const { classes } = classifier;
  const [{ shape }] = unlabelled.graph.inputs;
  const builder = new GraphBuilder({ name: "classifier" });
  const images = pixelsInput(builder, input, shape);
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
    ...describeClassifier({
      input,
      shape: shape.slice(1),
      classes,
      metadata: {
        ...unlabelled.metadata,
        ...classNames && { class_names: JSON.stringify(classNames) },
      },
      tellsOutliers: true,
    }),
  };
}
