import { assertEquals } from "@std/assert";
import { buildNamed } from "../../../infer/label/named_graph.ts";
import { toFloat32 } from "../../../lib/data/pixels.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { tinyEncoder, tinyImages, tinyMixture } from "../../tiny_run.ts";

Deno.test("buildNamed() adds the labels, and keeps all else that the run knows of an image", async () => {
  const builder = new GraphBuilder({ name: "unlabelled" });
  const images = builder.input("images", "float32", ["batch", 4, 4, 1]);
  const { z_mean: z } = builder.inline(tinyEncoder().graph, { images });
  builder.output("z_mean", z, "float32", ["batch", 2]);
  const zero = builder.op.Mul(builder.op.ReduceMean(z, { axes: [1], keepdims: 0 }), 0);
  builder.output("outlier_score", builder.op.Add(zero, 0.25), "float32", ["batch"]);
  const unlabelled = { graph: builder.build(), opset: 17 };
  const given = ndarray("uint8", [3, 4, 4, 1], tinyImages([8, 1, 4]));
  for (const input of ["float32", "uint8"] as const) {
    const model = buildNamed(unlabelled, tinyMixture(), { input, classNames: ["a", "b"] });
    assertEquals(model.metadata, {
      classes: "1,4,8",
      class_names: '["a","b"]',
      outlier_threshold: "0.99",
    });
    const session = await createSession(model, { threads: 1 });
    const answer = await session.run({ images: input === "uint8" ? given : toFloat32(given) });
    assertEquals(Array.from(answer.label.data, Number), [8, 1, 4]);
    assertEquals(answer.probabilities.shape, [3, 3]);
    assertEquals(Array.from(answer.outlier_score.data, Number), [0.25, 0.25, 0.25]);
    await session.release();
  }
});
