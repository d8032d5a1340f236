import { assert, assertEquals, assertThrows } from "@std/assert";
import { type DType, type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import {
  type Attributes,
  broadcastShapes,
  GraphBuilder,
  isPure,
  onnxDataType,
  type Operand,
  operatorOf,
  reducedAxes,
  resultDtype,
  type Value,
} from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";

function floats(...shape: number[]): NdArray<"float32"> {
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => 0.1 + i / 8);
  return ndarray("float32", shape, values);
}

function int64(...values: number[]): NdArray<"int64"> {
  return ndarray("int64", [values.length], BigInt64Array.from(values, BigInt));
}

const bools = ndarray("bool", [2], Uint8Array.of(1, 0));
const [x, matrix, images] = [floats(2, 1, 3), floats(3, 3), floats(1, 2, 4, 4)];
const none: Attributes = {};

/** Operations on constants. */
const OPERATIONS: readonly (readonly [string, NdArray[], Attributes])[] = [
  ["Exp", [x], none],
  ["Add", [x, floats(4, 1)], none],
  ["Max", [x, floats(3), floats(1)], none],
  ["Less", [x, floats(2, 4, 1)], none],
  ["And", [bools, bools], none],
  ["IsNaN", [x], none],
  ["Where", [bools, floats(3, 2), floats(1)], none],
  ["Cast", [x], { to: onnxDataType("int32") }],
  ["Clip", [x], none],
  ["ReduceSum", [x, int64(-1)], { keepdims: 0 }],
  ["ReduceSum", [x, int64(0, -1)], { keepdims: 1 }],
  ["ReduceMean", [x], { axes: [-3, 1], keepdims: 0 }],
  ["ReduceMax", [x], { axes: [2], keepdims: 1 }],
  ["Softmax", [x], { axis: -1 }],
  ["Transpose", [x], { perm: [2, 0, 1] }],
  ["Reshape", [x, int64(3, -1)], none],
  ["Reshape", [x, int64(0, 3)], none],
  ["Expand", [x, int64(4, 1)], none],
  ["Unsqueeze", [x, int64(-1, 0)], none],
  ["Squeeze", [x, int64(-2)], none],
  ["Gather", [x, int64(0, 2)], { axis: -1 }],
  ["Gather", [x, ndarray("int64", [1, 2], BigInt64Array.of(0n, 1n))], none],
  ["MatMul", [matrix, matrix], none],
  ["Gemm", [matrix, matrix], { transA: 1 }],
  ["Concat", [x, x], { axis: 1 }],
  ["Slice", [x, int64(0), int64(1), int64(2)], none],
  ["Tile", [x, int64(1, 2, 3)], none],
  ["Pad", [x, int64(0, 1, 0, 0, 0, 2)], none],
  ["Conv", [images, floats(3, 2, 2, 2)], none],
  ["MaxPool", [images], { kernel_shape: [2, 2] }],
  ["AveragePool", [images], { kernel_shape: [2, 2], strides: [2, 2] }],
  ["Split", [x, int64(1, 1)], { axis: 0 }],
];

for (const [opType, operands, attributes] of OPERATIONS) {
  const described = operands.map(({ shape }) => `[${shape}]`).join(" ");
  Deno.test(`operatorOf("${opType}") of ${described} tells what ONNX Runtime gives`, async () => {
    const lists = operands.map(({ dtype, data }) =>
      dtype === "int64" ? Array.from(data, Number) : undefined
    );
    const shapes = operands.map(({ shape }) => shape);
    const sizes = operatorOf(opType).shape?.({ shapes, lists, attributes });
    const dtype = resultDtype(opType, { dtypes: operands.map(({ dtype }) => dtype), attributes });

    const builder = new GraphBuilder();
    const inputs = operands.map((array): Operand<Value> => builder.constant(array));
    const [y] = builder.node(opType, inputs, attributes, opType === "Split" ? 2 : 1);
    builder.output("y", y, dtype as DType, (sizes ?? [NaN, NaN]).map((_, i) => `size${i}`));
    const session = await createSession({ graph: builder.build(), opset: 17 });
    const actual = (await session.run({})).y;
    await session.release();
    assertEquals(actual.dtype, dtype);
    sizes?.forEach((size, i) => assert(Number.isNaN(size) || size === actual.shape[i], `${sizes}`));
    if (sizes !== undefined) assertEquals(actual.shape.length, sizes.length);
  });
}

Deno.test("broadcastShapes() keeps what is known beside sizes that are not, and throws for others", () => {
  assertEquals(broadcastShapes([]), []);
  assertEquals(broadcastShapes([[2, 1], [3], []]), [2, 3]);
  assertEquals(broadcastShapes([[NaN, 1], [4, NaN]]), [4, NaN]);
  assertThrows(() => broadcastShapes([[2], [3]]), RangeError, "axis 0 has 2 and 3 elements");
});

Deno.test("isPure() holds for what gives equal results, not for draws and what is not listed", () => {
  assertEquals(["Add", "Conv", "Reshape"].map(isPure), [true, true, true]);
  assertEquals(["RandomNormalLike", "Multinomial", "Loop"].map(isPure), [false, false, false]);
});

Deno.test("reducedAxes() counts from the first axis, from an attribute or an operand", () => {
  assertEquals(reducedAxes({ lists: [undefined, [-1, 0]], attributes: {} }, 3), [2, 0]);
  assertEquals(reducedAxes({ lists: [undefined], attributes: { axes: [-2] } }, 3), [1]);
  assertEquals(reducedAxes({ lists: [undefined], attributes: {} }, 3), undefined);
});
