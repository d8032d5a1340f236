import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../../lib/onnx/mod.ts";
import { formatSummary } from "../../../train/convert/format_summary.ts";

Deno.test("formatSummary() lists inputs, outputs, nodes, bytes and the difference", () => {
  const builder = new GraphBuilder();
  const { op } = builder;
  const x = builder.input("x", "float32", ["batch", 2]);
  const w = builder.constant(ndarray("float32", [2], Float32Array.of(1, 2)), "w");
  builder.output("y", op.Add(op.Relu(op.Add(x, w)), w), "float32", ["batch", 2]);
  const model = { graph: builder.build(), opset: 17 };
  const found = { name: "y", absoluteDifference: 0, relativeDifference: 2e-7 };
  const exported = { model, differences: [found], difference: 2e-7 };
  const lines = (bytes: number, differences = exported.differences) =>
    formatSummary({ ...exported, differences }, { path: "a.onnx", bytes }).split("\n");
  assertEquals(lines(12_345), [
    "file        a.onnx, 12.3 kB, opset 17",
    "input       x float32 [batch, 2]",
    "output      y float32 [batch, 2]",
    "nodes       3: 2 Add, 1 Relu",
    "weights     1",
    "difference  2.0e-7 of the greatest value of an output, from TensorFlow.js",
  ]);
  assertEquals(lines(820, []).at(-1), "difference  not compared with TensorFlow.js");
  assertEquals(lines(820)[0], "file        a.onnx, 820 bytes, opset 17");
  assertEquals(lines(4.5e6)[0], "file        a.onnx, 4.5 MB, opset 17");
});
