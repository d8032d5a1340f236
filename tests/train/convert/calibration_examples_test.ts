import { assertEquals, assertThrows } from "@std/assert";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { InputError } from "../../../lib/input_error.ts";
import { type Graph, GraphBuilder } from "../../../lib/onnx/mod.ts";
import { calibrationExamples } from "../../../train/convert/calibration_examples.ts";

function taking(...names: string[]): Graph {
  const builder = new GraphBuilder();
  const values = names.map((name) => builder.input(name, "float32", ["batch", 2]));
  builder.output("y", builder.op.Sum(...values), "float32", ["batch", 2]);
  return builder.build();
}

Deno.test("calibrationExamples() takes the only array or arrays by name, and bytes as pixels", () => {
  const bytes = ndarray("uint8", [1, 2], Uint8Array.of(0, 255));
  assertEquals([...calibrationExamples(taking("x"), { images: bytes }).x.data], [0, 1]);
  const floats = ndarray("float32", [1, 2], Float32Array.of(3, 4));
  const { a, b } = calibrationExamples(taking("a", "b"), { b: floats, a: bytes, c: bytes });
  assertEquals([[...a.data], [...b.data]], [[0, 1], [3, 4]]);
});

Deno.test("calibrationExamples() says what an input lacks", () => {
  const fail = (arrays: Record<string, NdArray>, message: string, names = ["x"]) =>
    assertThrows(() => calibrationExamples(taking(...names), arrays), InputError, message);
  const of = (...shape: number[]) =>
    ndarray("float32", shape, new Float32Array(shape.reduce((a, b) => a * b)));
  fail(
    { a: of(1, 2) },
    'there are no examples for input "b", an array of that name is needed (a)',
    ["a", "b"],
  );
  fail(
    { x: of(1, 3) },
    'the examples for input "x" are float32 [1,3], float32 [batch,2] is needed',
  );
  fail({ x: of(0, 2) }, "are float32 [0,2]");
  fail({ x: ndarray("int32", [1, 2], new Int32Array(2)) }, "are int32 [1,2]");
});
