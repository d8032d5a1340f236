import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import type { Model } from "../../../lib/onnx/graph.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { decodeModel, encodeModel } from "../../../lib/onnx/proto.ts";

/** A model with attributes of every kind, and a subgraph. */
function model(): Model {
  const body = new GraphBuilder({ name: "body", prefix: "body_" });
  body.input("i", "int64", []);
  const go = body.input("go", "bool", []);
  const sum = body.input("sum", "float32", [2]);
  body.output("still", go, "bool", []);
  body.output("next", body.op.LeakyRelu(sum, { alpha: 0.25 }), "float32", [2]);
  const builder = new GraphBuilder({ name: "main" });
  const x = builder.input("x", "float32", [2]);
  const steps = builder.constant(ndarray("int64", [], BigInt64Array.of(3n)));
  const yes = builder.constant(ndarray("bool", [], Uint8Array.of(1)));
  const [looped] = builder.node("Loop", [steps, yes, x], { body: body.build([]) }, 1);
  builder.output("y", builder.op.Transpose(looped, { perm: [0] }), "float32", [2]);
  return {
    graph: builder.build(),
    opset: 17,
    description: "a test",
    metadata: { class_names: '["a"]' },
  };
}

Deno.test("decodeModel() reads what encodeModel() wrote, to the byte", () => {
  const bytes = encodeModel(model());
  const read = decodeModel(bytes);
  assertEquals(read.opset, 17);
  assertEquals([read.description, read.metadata], ["a test", { class_names: '["a"]' }]);
  assertEquals(read.graph.nodes.map(({ opType }) => opType), ["Loop", "Transpose"]);
  assertEquals(read.graph.inputs, model().graph.inputs);
  assertEquals(encodeModel(read), bytes);
});

Deno.test("decodeModel() throws for bytes that are no model", () => {
  assertThrows(() => decodeModel(Uint8Array.of(1, 2, 3, 4)), Error);
});
