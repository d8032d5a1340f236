import { assertEquals } from "@std/assert";
import { onnxDataType } from "../../../../lib/onnx/mod.ts";
import { Types } from "../../../../train/record/passes/types.ts";
import { op, recordOperation, type Source } from "../../../../train/record/recording/operation.ts";
import { recorded } from "../../../../train/record/recording/recorded.ts";

const x: Source = { kind: "input", name: "x" };
const types = new Types({
  inputs: { x: { source: x, shape: [2, 3, 4], dtype: "float32" } },
  outputs: {},
});

Deno.test("Types follows shapes from the inputs on, as far as operators tell", () => {
  const sum = op.ReduceSum(op.Transpose(x, { perm: [2, 0, 1] }), [-1], { keepdims: 0 });
  assertEquals(types.shape(sum), [4, 2]);
  assertEquals(types.shape(op.Add(sum, op.Unsqueeze(sum, [0]))), [1, 4, 2]);
  const padded = op.Pad(x, [0, 1, 0, 0, 1, 0]);
  assertEquals([types.shape(padded), types.rank(padded)], [undefined, 3]);
  assertEquals(types.rank(op.Unknown(x)), NaN);
});

Deno.test("Types believes what a rule has said of a shape", () => {
  assertEquals(types.shape(recorded(op.MatMul(x, x), [2, 3, 3]).source), [2, 3, 3]);
});

Deno.test("Types tells floats from conditions and integers, of the first result alone", () => {
  const floats = [x, op.Where(op.Less(x, 0), x, 1), op.Cast(op.Less(x, 0), { to: 1 })];
  assertEquals(floats.map((each) => types.isFloat(each)), [true, true, true]);
  const [y, indices] = recordOperation("MaxPool", [x], {}, 2);
  assertEquals([types.isFloat(y), types.isFloat(indices)], [true, false]);
  const others = [op.IsNaN(x), op.Cast(x, { to: onnxDataType("int32") }), op.Unknown(x)];
  assertEquals(others.map((each) => types.isFloat(each)), [false, false, false]);
});
