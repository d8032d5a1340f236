import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";
import { onnxDataType } from "./tensor_proto.ts";

/** A matrix in a quarter of its bytes: integers from -127 to 127 times a step for each column. */
export interface Quantized {
  /** `[rows, columns]` */
  readonly codes: NdArray<"int8">;
  /** `[1, columns]` */
  readonly steps: NdArray<"float32">;
}

/** Rounds a matrix `[rows, columns]`, by at most half a step: 1/254 of the largest entry of a column. */
export function quantize({ data, shape: [rows, columns] }: NdArray<"float32">): Quantized {
  const steps = new Float32Array(columns);
  data.forEach((value, i) => steps[i % columns] = Math.max(steps[i % columns], Math.abs(value)));
  steps.forEach((largest, column) => steps[column] = largest / 127 || 1);
  return {
    codes: ndarray(
      "int8",
      [rows, columns],
      Int8Array.from(data, (value, i) => Math.round(value / steps[i % columns])),
    ),
    steps: ndarray("float32", [1, columns], steps),
  };
}

/** The rounded matrix, `[rows, columns]`. */
export function restore({ codes: { data, shape }, steps }: Quantized): NdArray<"float32"> {
  const [, columns] = shape;
  return ndarray(
    "float32",
    shape,
    Float32Array.from(data, (code, i) => code * steps.data[i % columns]),
  );
}

/** Appends the rounded matrix to a graph, whose file holds the integers. */
export function appendQuantized(builder: GraphBuilder, { codes, steps }: Quantized): Value {
  const { op } = builder;
  const integers = op.Cast(builder.constant(codes), { to: onnxDataType("float32") });
  return op.Mul(integers, builder.constant(steps));
}
