import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import {
  constant,
  dependsOnInput,
  op,
  reachableOperations,
  recordingKernel,
  recordOperation,
  repeatedElement,
  resolve,
  type Result,
  setValues,
  type Source,
} from "../../../../train/record/recording/operation.ts";

const x: Source = { kind: "input", name: "x" };

Deno.test("reachableOperations() gives what a value needs, in the order of recording", () => {
  const [a, unused] = recordingKernel("K", () => [op.Neg(x), op.Abs(x)]);
  const b = op.Add(a, op.Mul(a, 2));
  const found = reachableOperations([b]);
  assertEquals(found.map(({ opType }) => opType), ["Neg", "Mul", "Add"]);
  assertEquals(found.map(({ kernel }) => kernel), ["K", "", ""]);
  assertEquals(dependsOnInput(unused), true);
  assertEquals(dependsOnInput(op.Neg(constant("float32", [], [1]))), false);
});

Deno.test("setValues() frees what came before, once every result has its values", () => {
  const [first, second] = recordOperation("Split", [x, [1, 1]], { axis: 0 }, 2) as Result[];
  const values = ndarray("float32", [1], Float32Array.of(3));
  setValues(first, values);
  assertEquals(resolve(first), { kind: "constant", array: values, isData: true });
  assertEquals([resolve(second), second.operation.operands.length], [second, 2]);
  setValues(second, values);
  assertEquals(reachableOperations([op.Add(first, second)]).length, 1);
  assertEquals(first.operation.operands, []);
});

Deno.test("constant() throws for a dtype that ONNX has no form for", () => {
  assertThrows(() => constant("string" as "bool", [], []), TypeError, 'dtype "string"');
});

Deno.test("repeatedElement() is what an array repeats, and tells 0 from -0", () => {
  const of = (...values: number[]) =>
    repeatedElement(ndarray("float32", [values.length], Float32Array.from(values)));
  assertEquals(of(2, 2, 2), ndarray("float32", [], Float32Array.of(2)));
  assertEquals([of(2, 3), of(0, -0), of()], [undefined, undefined, undefined]);
});
