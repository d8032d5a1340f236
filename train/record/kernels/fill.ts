import { type DataType, util } from "@tensorflow/tfjs-core";
import { constant, op, type Source } from "../recording/operation.ts";
import { type Recorded, recorded, type RuleTable } from "../recording/recorded.ts";
import { as, cast, like, numeric, numericDtype, scalar } from "./dtype.ts";
import { reshape } from "./shape.ts";

/** A tensor of one repeated value. */
export function full(shape: readonly number[], value: number, dtype: DataType): Recorded {
  const one = scalar(value, dtype);
  const source: Source = shape.length === 0 ? one : op.Expand(one, [...shape]);
  return recorded(source, shape, dtype);
}

/** 0 to `count - 1` as int32. */
export function indices(count: number): Recorded {
  const [start, limit, delta] = [0, count, 1].map((value) => constant("int32", [], [value]));
  return recorded(op.Range(start, limit, delta), [count], "int32");
}

/** start + step * i for i from 0 to count - 1 */
function arithmeticSequence(start: number, step: number, count: number, dtype: DataType): Recorded {
  const places = cast(indices(count).source, dtype);
  const source = op.Add(op.Mul(places, scalar(step, dtype)), scalar(start, dtype));
  return recorded(source, [count], dtype);
}

/** Kernels that make tensors from numbers, or lay them out. */
export const fills: RuleTable = {
  Fill: (_inputs, { shape, value, dtype }) => full(shape, Number(value), dtype ?? "float32"),
  ZerosLike: ({ x }) => full(x.shape, 0, x.dtype),
  OnesLike: ({ x }) => full(x.shape, 1, x.dtype),
  Range: (_inputs, { start, stop, step, dtype }) => {
    const isEmpty = start === stop || (start < stop && step < 0) || (stop < start && step > 1);
    const count = isEmpty ? 0 : Math.abs(Math.ceil((stop - start) / step));
    // TensorFlow.js turns a step of 1 round where the range goes down.
    return arithmeticSequence(start, stop < start && step === 1 ? -1 : step, count, dtype);
  },
  LinSpace: (_inputs, { start, stop, num }) =>
    arithmeticSequence(start, num > 1 ? (stop - start) / (num - 1) : 0, num, "float32"),
  // x along the diagonal of [...x.shape, ...x.shape], 0 elsewhere
  Diag: ({ x }) => {
    const size = util.sizeFromShape([...x.shape]);
    const column = indices(size);
    const isDiagonal = op.Equal(reshape(column, [size, 1]).source, column.source);
    const zero = scalar(0, numericDtype(x));
    const matrix = op.Where(isDiagonal, numeric(reshape(x, [size])), zero);
    return reshape(like(x, matrix, [size, size]), [...x.shape, ...x.shape]);
  },
  // onValue where the index of the last axis is the element of `indices`, offValue elsewhere; an
  // index outside gives offValue alone, where ONNX's OneHot counts negative ones from the end
  OneHot: ({ indices: chosen }, { depth, onValue, offValue, dtype = "int32" }) => {
    const column = reshape(as(chosen, "int32"), [...chosen.shape, 1]);
    const isChosen = op.Equal(column.source, indices(depth).source);
    const type = dtype === "bool" ? "int32" : dtype;
    const source = op.Where(isChosen, scalar(onValue, type), scalar(offValue, type));
    return as(recorded(source, [...chosen.shape, depth], type), dtype);
  },
};
