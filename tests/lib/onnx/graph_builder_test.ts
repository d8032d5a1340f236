import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";

Deno.test("GraphBuilder appends nodes in order, and turns numbers into constants", () => {
  const builder = new GraphBuilder({ name: "g" });
  const x = builder.input("x", "float32", ["batch", 2]);
  builder.output("y", builder.op.Add(builder.op.Mul(x, 2), 2), "float32", ["batch", 2]);
  const { name, nodes, initializers, outputs } = builder.build();
  assertEquals([name, nodes.map(({ opType }) => opType)], ["g", ["Mul", "Add"]]);
  // The same number is one constant.
  assertEquals([...initializers.values()].map(({ data }) => [...data]), [[2]]);
  assertEquals(outputs, [{ name: "y", dtype: "float32", shape: ["batch", 2] }]);
  assertEquals(nodes[1].outputs, ["y"]);
});

Deno.test("GraphBuilder keeps equal constants once, of one type and shape", () => {
  const builder = new GraphBuilder();
  const one = () => ndarray("float32", [1], Float32Array.of(1));
  const a = builder.constant(one());
  assertEquals(builder.constant(one()), a);
  const other = builder.constant(ndarray("float32", [], Float32Array.of(1)));
  assertEquals(other.name === a.name, false);
});

Deno.test("GraphBuilder gives names of subgraphs their prefix", () => {
  const builder = new GraphBuilder({ prefix: "body_" });
  const x = builder.input("x", "float32", [1]);
  const negative = builder.op.Neg(x);
  builder.output("y", builder.op.Abs(negative), "float32", [1]);
  assertEquals(negative.name.startsWith("body_"), true);
  assertEquals(builder.build().nodes[0].outputs, [negative.name]);
});

Deno.test("build() throws if the graph is not well formed", () => {
  const builder = new GraphBuilder();
  builder.input("x", "float32", [1]);
  builder.output("y", builder.op.Neg({ name: "nowhere" }), "float32", [1]);
  assertThrows(() => builder.build(), Error, 'reads "nowhere"');
});
