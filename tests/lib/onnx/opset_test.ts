import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { type Graph, GraphBuilder, neededOpset, toOpset } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";

const x = ndarray("float32", [2, 2], Float32Array.of(1, 2, 3, 4));

/** The greatest and the mean of each row, in the words of opset 17. */
function reductions(): Graph {
  const builder = new GraphBuilder();
  const { op } = builder;
  const x = builder.input("x", "float32", ["batch", 2]);
  builder.output("max", op.ReduceMax(x, { axes: [1], keepdims: 0 }), "float32", ["batch"]);
  builder.output("mean", op.ReduceMean(x, { axes: [1], keepdims: 0 }), "float32", ["batch"]);
  return builder.build();
}

Deno.test("toOpset() moves the axes of reductions, which then run the same", async () => {
  for (const opset of [17, 18, 21, 23]) {
    const graph = toOpset(reductions(), opset);
    assertEquals(graph.nodes.map(({ inputs }) => inputs.length), opset < 18 ? [1, 1] : [2, 2]);
    const session = await createSession({ graph, opset });
    const { max, mean } = await session.run({ x });
    await session.release();
    assertEquals([[...max.data], [...mean.data]], [[2, 4], [1.5, 3.5]]);
  }
});

Deno.test("neededOpset() finds what is newer than 17, in subgraphs too", () => {
  assertEquals(neededOpset(reductions()), { opset: 17 });
  const inner = new GraphBuilder({ name: "inner", prefix: "inner/" });
  inner.output("branch", inner.op.Gelu({ name: "x" }), "float32", [2]);
  const graph = inner.build(["x"]);
  const outer = new GraphBuilder();
  const condition = outer.input("condition", "bool", []);
  outer.input("x", "float32", [2]);
  const branches = { then_branch: graph, else_branch: graph };
  outer.output("y", outer.op.If(condition, branches), "float32", [2]);
  assertEquals(neededOpset(outer.build()), { opset: 20, opType: "Gelu" });
});

Deno.test("neededOpset() knows attributes and operands that came later than their operator", () => {
  const opsetOf = (build: (builder: GraphBuilder) => { name: string }) => {
    const builder = new GraphBuilder();
    builder.input("x", "float32", [2, 2]);
    builder.output("y", build(builder), "float32", [2, 2]);
    return neededOpset(builder.build()).opset;
  };
  const x = { name: "x" };
  assertEquals(opsetOf(({ op }) => op.Pad(x, [1, 0, 0, 0], { mode: "reflect" })), 17);
  assertEquals(opsetOf(({ op }) => op.Pad(x, [1, 0, 0, 0], { mode: "wrap" })), 19);
  assertEquals(opsetOf(({ op }) => op.ReduceMax(x, [1])), 18);
  assertEquals(opsetOf(({ op }) => op.ReduceSum(x, [1])), 17);
});

Deno.test("toOpset() throws if an operator needs a newer opset, naming it", () => {
  const builder = new GraphBuilder({ name: "net" });
  const x = builder.input("x", "float32", [2]);
  builder.output("y", builder.op.Gelu(x), "float32", [2]);
  assertThrows(
    () => toOpset(builder.build(), 19),
    InputError,
    'Cannot write graph "net" in opset 19: operator Gelu as it is used here needs 20 at least',
  );
  assertThrows(() => toOpset(reductions(), 15), InputError, "17 is the lowest");
  assertThrows(() => toOpset(reductions(), 99), InputError, "23 is the newest known");
});
