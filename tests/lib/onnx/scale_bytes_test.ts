import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { scaleBytes } from "../../../lib/onnx/scale_bytes.ts";
import { createSession } from "../../../lib/runtime/session.ts";

Deno.test("scaleBytes() divides every byte by 255 as float32 does, and keeps the shape", async () => {
  const builder = new GraphBuilder();
  const pixels = builder.input("pixels", "uint8", ["batch", 8, 16, 1]);
  builder.output("y", scaleBytes(builder, pixels), "float32", ["batch", 8, 16, 1]);
  const session = await createSession({ graph: builder.build(), opset: 17 }, { threads: 1 });
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const { y } = await session.run({ pixels: ndarray("uint8", [2, 8, 16, 1], bytes) });
  assertEquals(y.shape, [2, 8, 16, 1]);
  assertEquals([...y.data as Float32Array], [...Float32Array.from(bytes, (value) => value / 255)]);
  await session.release();
});
