import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import type { Model } from "../../../lib/onnx/graph.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { withLabels } from "../../../train/systems/label_graph.ts";

/** Probabilities of three classes: the softmax of three pixels. */
function network(): Model {
  const builder = new GraphBuilder({ name: "network" });
  const { op } = builder;
  const images = builder.input("images", "float32", ["batch", 1, 3, 1]);
  const probabilities = op.Softmax(op.Flatten(images), { axis: 1 });
  builder.output("probabilities", probabilities, "float32", ["batch", 3]);
  return { graph: builder.build(), opset: 17, metadata: { class_names: "kept" } };
}

const classes = [4, -1, 70];

Deno.test("withLabels() gives the class with the highest probability, of floats and bytes alike", async () => {
  const pixels = Uint8Array.of(0, 255, 10, 255, 0, 1, 3, 2, 200);
  for (const input of ["float32", "uint8"] as const) {
    const model = withLabels(network(), { classes, input });
    assertEquals(model.metadata, { class_names: "kept", classes: "4,-1,70" });
    const session = await createSession(model, { threads: 1 });
    const images = input === "uint8"
      ? ndarray("uint8", [3, 1, 3, 1], pixels)
      : ndarray("float32", [3, 1, 3, 1], Float32Array.from(pixels, (value) => value / 255));
    const { label, probabilities } = await session.run({ images });
    assertEquals([...label.data], [-1n, 4n, 70n]);
    assertEquals(probabilities.shape, [3, 3]);
    const e = Math.exp(1);
    assertAlmostEquals(Number(probabilities.data[1]), e / (e + 1 + Math.exp(10 / 255)), 1e-6);
    await session.release();
  }
});
