import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { MergingRecorder, rewrite } from "../../../../train/record/passes/rewrite.ts";
import {
  constant,
  op,
  reachableOperations,
  type Source,
} from "../../../../train/record/recording/operation.ts";

const [x, y] = ["x", "y"].map((name): Source => ({ kind: "input", name }));

Deno.test("MergingRecorder records once what is computed twice, in either order where that is the same", () => {
  const recorder = new MergingRecorder();
  assertEquals(recorder.record("Add", [x, y]), recorder.record("Add", [y, x]));
  assertNotEquals(recorder.record("Sub", [x, y]), recorder.record("Sub", [y, x]));
  const zeros = [0, -0].map((zero) => recorder.record("Mul", [x, constant("float32", [], [zero])]));
  assert(!recorder.isEqual(zeros[0], zeros[1]));
  const draw = () => recorder.record("RandomNormalLike", [x], { seed: 1 });
  assert(!recorder.isEqual(draw(), draw()));
});

Deno.test("rewrite() replaces operations from the inputs on, and merges what is then alike", () => {
  const of = (source: Source) => ({ source, shape: [2], dtype: "float32" as const });
  const sum = op.Add(op.Neg(op.Abs(x)), op.Neg(op.Relu(x)));
  const recording = { inputs: { x: of(x) }, outputs: { sum: of(sum) } };
  const rewritten = rewrite(
    recording,
    ({ opType }, operands, recorder) =>
      opType === "Abs" ? [recorder.record("Relu", [operands[0]!])] : undefined,
  );
  const { source } = rewritten.outputs.sum;
  assertEquals(reachableOperations([source]).map(({ opType }) => opType), ["Relu", "Neg", "Add"]);
});
