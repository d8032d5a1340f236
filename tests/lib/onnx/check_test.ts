import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { checkGraph } from "../../../lib/onnx/check.ts";
import type { Graph, Node } from "../../../lib/onnx/graph.ts";

const node = (opType: string, inputs: string[], outputs: string[], attributes = {}): Node => ({
  opType,
  domain: "",
  inputs,
  outputs,
  attributes,
});

/** A graph of `x` and the constant `c` that gives `y`. */
function graph(nodes: readonly Node[], name = "g"): Graph {
  return {
    name,
    inputs: [{ name: "x", dtype: "float32", shape: [2] }],
    outputs: [{ name: "y", dtype: "float32", shape: [2] }],
    initializers: new Map([["c", ndarray("float32", [1], Float32Array.of(1))]]),
    nodes,
  };
}

Deno.test("checkGraph() takes values in order, and inputs that are left out", () => {
  checkGraph(graph([node("Add", ["x", "c"], ["a"]), node("Clip", ["a", "", "c"], ["y"])]));
});

Deno.test("checkGraph() names the node or output at fault", () => {
  const faults: [Node[], string][] = [
    [[node("Neg", ["later"], ["y"]), node("Neg", ["x"], ["later"])], 'Neg reads "later"'],
    [[node("Neg", ["x"], ["a"])], 'nothing gives output "y"'],
    [
      [node("Neg", ["x"], ["y"]), node("Abs", ["x"], ["y"])],
      'result of Abs "y" is already defined',
    ],
    [[node("Neg", ["x"], ["c"])], '"c" is already defined'],
  ];
  for (const [nodes, message] of faults) {
    assertThrows(() => checkGraph(graph(nodes)), Error, message);
  }
});

Deno.test("checkGraph() checks subgraphs, which may read what encloses them", () => {
  const body = (input: string): Graph => ({
    name: "body",
    inputs: [],
    outputs: [{ name: "inner", dtype: "float32", shape: [2] }],
    initializers: new Map(),
    nodes: [node("Neg", [input], ["inner"])],
  });
  const around = (input: string) => graph([node("If", ["x"], ["y"], { then_branch: body(input) })]);
  checkGraph(around("x"));
  assertThrows(() => checkGraph(around("z")), Error, 'Cannot use graph "body": Neg reads "z"');
  assertEquals(around("x").nodes.length, 1);
});
