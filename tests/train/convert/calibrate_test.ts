import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../../lib/onnx/mod.ts";
import { calibrate } from "../../../train/convert/calibrate.ts";

Deno.test("calibrate() gives the least and greatest number over all batches, and zero", async () => {
  const builder = new GraphBuilder();
  const x = builder.input("x", "float32", ["batch", 2]);
  const twice = builder.op.Mul(x, 2);
  builder.output("y", builder.op.Add(twice, 100), "float32", ["batch", 2]);
  const graph = builder.build();
  const data = Float32Array.from({ length: 140 }, (_, i) => i === 137 ? -5 : i === 3 ? 200 : 1);
  const ranges = await calibrate({ graph, opset: 17 }, ["x", twice.name, "y"], {
    x: ndarray("float32", [70, 2], data),
  });
  assertEquals([...ranges.entries()], [
    ["x", [-5, 200]],
    [twice.name, [-10, 400]],
    ["y", [0, 500]],
  ]);
});
