import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { BASE_OPSET } from "../../../lib/onnx/opset.ts";
import { appendQuantized, quantize, restore } from "../../../lib/onnx/quantized.ts";
import { createSession } from "../../../lib/runtime/mod.ts";

// A column of small numbers, one of large ones, and one of zeros.
const random = new Random(5);
const scales = [0.01, 100, 0];
const values = Float32Array.from({ length: 30 }, (_, i) => scales[i % 3] * random.normals(1)[0]);
const matrix = ndarray("float32", [10, 3], values);

Deno.test("quantize() rounds by at most 1/254 of the largest entry of a column", () => {
  const rounded = restore(quantize(matrix));
  assertEquals(rounded.shape, [10, 3]);
  rounded.data.forEach((value, i) => {
    const column = values.filter((_, j) => j % 3 === i % 3);
    const largest = Math.max(...column.map(Math.abs));
    assert(Math.abs(value - values[i]) <= largest / 254 * 1.0001);
  });
});

Deno.test("appendQuantized() gives a graph the same numbers to the bit", async () => {
  const quantized = quantize(matrix);
  const builder = new GraphBuilder();
  const input = builder.input("x", "float32", [1, 3]);
  const sum = builder.op.Add(appendQuantized(builder, quantized), builder.op.Mul(input, 0));
  builder.output("y", sum, "float32", [10, 3]);
  const session = await createSession({ graph: builder.build(), opset: BASE_OPSET });
  const { y } = await session.run({ x: ndarray("float32", [1, 3], new Float32Array(3)) });
  await session.release();
  assertEquals([...y.data].map(Number), [...restore(quantized).data]);
});
