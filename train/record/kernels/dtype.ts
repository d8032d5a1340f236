import type { DataType } from "@tensorflow/tfjs-core";
import { onnxDataType, type Operand } from "../../../lib/onnx/mod.ts";
import { constant, op, type Source } from "../recording/operation.ts";
import { type Recorded, recorded } from "../recording/recorded.ts";

/** The dtypes of TensorFlow.js that ONNX has, by its names. */
type NumericDataType = "float32" | "int32" | "bool";

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
  return as(x, numericDtype(x)).source;
}

/** What an operator computed from {@linkcode numeric} x, in x's own dtype. */
export function like(x: Recorded, source: Source, shape = x.shape): Recorded {
  return as(recorded(source, shape, numericDtype(x)), x.dtype);
}

/** x's dtype, int32 for booleans. */
export function numericDtype({ dtype }: Recorded): DataType {
  return dtype === "bool" ? "int32" : dtype;
}

/** x as int64, the type of indices and sizes in ONNX. */
export function int64(x: Recorded): Source {
  return op.Cast(x.source, { to: onnxDataType("int64") });
}
