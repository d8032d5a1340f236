import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { FLOAT_ATTRIBUTES, formatGraph, isGraph } from "../../../lib/onnx/graph.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";

Deno.test("formatGraph() has a line a value, with types, shapes and attributes", () => {
  const builder = new GraphBuilder({ name: "double" });
  const x = builder.input("x", "float32", ["batch", 2]);
  const two = builder.constant(ndarray("float32", [1], Float32Array.of(2)));
  const product = builder.op.Mul(x, two);
  builder.output("y", builder.op.Softmax(product, { axis: -1 }), "float32", ["batch", 2]);
  const lines = formatGraph(builder.build()).split("\n");
  assertEquals(lines[0], "double(x: float32[batch,2])");
  assertEquals(lines[1].endsWith(": float32[1] = initializer"), true);
  assertEquals(lines.at(-2)!.includes("Softmax("), true);
  assertEquals(lines.at(-2)!.endsWith("axis=-1)"), true);
  assertEquals(lines.at(-1), "  return y: float32[batch,2]");
});

Deno.test("isGraph() tells a subgraph from arrays, lists and numbers", () => {
  const builder = new GraphBuilder();
  builder.output("y", builder.input("x", "float32", [1]), "float32", [1]);
  assertEquals(isGraph(builder.build()), true);
  const others = [1, "nodes", [1, 2], ndarray("float32", [1], Float32Array.of(1))];
  assertEquals(others.map(isGraph), [false, false, false, false]);
});

Deno.test("FLOAT_ATTRIBUTES holds alpha and epsilon, and no axis", () => {
  const names = ["alpha", "epsilon", "axis", "axes", "keepdims", "to"];
  assertEquals(names.filter((name) => FLOAT_ATTRIBUTES.has(name)), ["alpha", "epsilon"]);
});
