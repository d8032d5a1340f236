import type { DataType } from "@tensorflow/tfjs-core";
import { onnxDataType, type Operand } from "../../../lib/onnx/mod.ts";
import { constant, op, type Source } from "../recording/operation.ts";
import { type Recorded, recorded } from "../recording/recorded.ts";

/** The dtypes of TensorFlow.js that ONNX has, by its names. */
export type NumericDataType = "float32" | "int32" | "bool";

/** `Cast` to a TensorFlow.js dtype. */
export function cast(x: Operand<Source>, dtype: DataType): Source {
  return op.Cast(x, { to: onnxDataType(dtype as NumericDataType) });
}

/** x as another dtype; x itself if it has it. */
export function as(x: Recorded, dtype: DataType): Recorded {
  return x.dtype === dtype ? x : recorded(cast(x.source, dtype), x.shape, dtype);
}

/** A scalar constant of a TensorFlow.js dtype. */
export function scalar(value: number, dtype: DataType): Source {
  return constant(dtype as NumericDataType, [], [value]);
}

/** x for an operator that has no form for booleans: int32 instead. */
export function numeric(x: Recorded): Source {
  return as(x, x.dtype === "bool" ? "int32" : x.dtype).source;
}

/** x as int64, the type of indices and sizes in ONNX. */
export function int64(x: Recorded): Source {
  return op.Cast(x.source, { to: onnxDataType("int64") });
}
