import { assertEquals } from "@std/assert";
import type { NdArray } from "../../../lib/array/ndarray.ts";
import { operandValue, operators } from "../../../lib/onnx/op.ts";

interface Word {
  readonly word: string;
}

Deno.test("operators() tells attributes from operands, of which none may be there", () => {
  const calls: unknown[] = [];
  const op = operators<Word>((...call) => {
    calls.push(call);
    return { word: "y" };
  }, (operand): operand is Word => "word" in operand);
  const x = { word: "x" };
  assertEquals(op.Add(x, 2), { word: "y" });
  op.Concat(x, x, { axis: 1 });
  op.Resize(x, null, [1, 2]);
  op.Constant({ value_int: 3 });
  op.Now();
  assertEquals(calls, [
    ["Add", [x, 2], {}],
    ["Concat", [x, x], { axis: 1 }],
    ["Resize", [x, null, [1, 2]], {}],
    ["Constant", [], { value_int: 3 }],
    ["Now", [], {}],
  ]);
});

Deno.test("operandValue() makes a float32 scalar of a number, an int64 vector of a list, and nothing of the rest", () => {
  const made: NdArray[] = [];
  const constant = (array: NdArray): Word => {
    made.push(array);
    return { word: `constant ${made.length}` };
  };
  assertEquals(operandValue(0.5, constant), { word: "constant 1" });
  assertEquals(operandValue([-1, 2], constant), { word: "constant 2" });
  assertEquals(operandValue({ word: "x" }, constant), { word: "x" });
  assertEquals(operandValue<Word>(null, constant), null);
  assertEquals(made.map(({ dtype, shape, data }) => [dtype, shape, Array.from(data, Number)]), [
    ["float32", [], [0.5]],
    ["int64", [2], [-1, 2]],
  ]);
});
