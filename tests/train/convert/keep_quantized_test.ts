import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { keepQuantized } from "../../../train/convert/keep_quantized.ts";
import type { StoredWeight } from "../../../train/convert/read_model.ts";

const STORED: readonly StoredWeight[] = [
  { dtype: "uint8", scale: 0.013, min: -1.7 },
  { dtype: "uint16", scale: 0.0001, min: -3.1 },
  { dtype: "uint8", scale: 0, min: 2 },
  { dtype: "float16" },
];

for (const stored of STORED) {
  Deno.test(`keepQuantized() stores ${JSON.stringify(stored)} and computes the same`, async () => {
    const values = Float32Array.from({ length: 12 }, (_, i) => {
      const code = i * 19;
      return stored.dtype === "float16"
        ? Math.f16round(Math.sin(i))
        : code * stored.scale + stored.min;
    });
    const builder = new GraphBuilder();
    const x = builder.input("x", "float32", [3, 4]);
    const weight = builder.constant(ndarray("float32", [3, 4], values), "weight");
    builder.output("y", builder.op.Add(x, weight), "float32", [3, 4]);
    const graph = keepQuantized(builder.build(), new Map([["weight", stored], ["other", stored]]));
    assertEquals(graph.initializers.get(`weight/${stored.dtype}`)?.dtype, stored.dtype);
    assertEquals(graph.initializers.has("weight"), false);
    const session = await createSession({ graph, opset: 17 });
    const { y } = await session.run({ x: ndarray("float32", [3, 4], new Float32Array(12)) });
    await session.release();
    values.forEach((value, i) => assert(Math.abs(Number(y.data[i]) - value) <= 1e-6));
  });
}
