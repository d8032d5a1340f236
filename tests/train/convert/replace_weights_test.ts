import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { replaceWeights } from "../../../train/convert/replace_weights.ts";

Deno.test("replaceWeights() computes some weights from what is stored, and keeps others", async () => {
  const builder = new GraphBuilder();
  const x = builder.input("x", "float32", [2]);
  const vector = (...values: number[]) => ndarray("float32", [2], Float32Array.from(values));
  const a = builder.constant(vector(4, 6), "a");
  const b = builder.constant(vector(1, 2), "b");
  builder.output("y", builder.op.Add(builder.op.Mul(x, a), b), "float32", [2]);
  const asked: string[] = [];
  const graph = replaceWeights(builder.build(), (name, array, { store, number, node, float }) => {
    asked.push(name);
    if (name === "b") return false;
    const codes = store("codes", ndarray("int8", [2], Int8Array.from(array.data)));
    node("Mul", [float(codes, "floats"), number("half", 0.5)]);
  });
  assertEquals(asked, ["a", "b"]);
  assertEquals([...graph.initializers.keys()].sort(), ["b", "codes", "half"]);
  const session = await createSession({ graph, opset: 17 });
  const { y } = await session.run({ x: vector(1, 10) });
  await session.release();
  assertEquals([...y.data], [3, 32]);
});
