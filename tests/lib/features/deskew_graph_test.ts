import { assert, assertAlmostEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { deskew } from "../../../lib/features/deskew.ts";
import { appendDeskew } from "../../../lib/features/deskew_graph.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { BASE_OPSET } from "../../../lib/onnx/opset.ts";
import { createSession } from "../../../lib/runtime/mod.ts";

Deno.test("appendDeskew() straightens as deskew() does, empty images too", async () => {
  const random = new Random(2);
  const pixels = new Float32Array(4 * 12 * 10);
  for (let i = 0; i < 3; i++) {
    for (let y = 2; y < 10; y++) {
      const x = Math.round(4 + 0.4 * (y - 6));
      for (let dx = 0; dx < 2; dx++) pixels[i * 120 + y * 10 + x + dx] = random.uniform();
    }
  }
  const images = ndarray("float32", [4, 12, 10, 1], pixels);
  const builder = new GraphBuilder();
  const input = builder.input("images", "float32", ["batch", 12, 10, 1]);
  const straight = appendDeskew(builder, input, [12, 10]);
  builder.output("straight", straight, "float32", ["batch", 12, 10, 1]);
  const session = await createSession({ graph: builder.build(), opset: BASE_OPSET });
  const found = (await session.run({ images })).straight.data;
  await session.release();
  const expected = deskew(images).data;
  expected.forEach((value, i) => assertAlmostEquals(Number(found[i]), value, 2e-4));
  assert(expected.some((value, i) => Math.abs(value - pixels[i]) > 0.3));
});
