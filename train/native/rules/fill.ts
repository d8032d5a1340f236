import { ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import type { Builder } from "../program/builder.ts";
import type { ValueType, View } from "../program/ir.ts";
import { broadcast } from "../program/views.ts";
import type { CRuleTable } from "./rule.ts";

/** Kernels that make tensors from numbers. */
export const fills: CRuleTable = {
  Fill: (b, _inputs, { value }, [{ shape, dtype }]) => b.number(Number(value), dtype, shape),
  ZerosLike: (b, _inputs, _attrs, [{ shape, dtype }]) => b.number(0, dtype, shape),
  OnesLike: (b, _inputs, _attrs, [{ shape, dtype }]) => b.number(1, dtype, shape),
  Range: (b, _inputs, { start, stop, step }, [{ shape: [count], dtype }]) =>
    sequence(b, count, dtype, start, stop < start && step === 1 ? -1 : step),
  LinSpace: (b, _inputs, { start, stop, num }, [{ dtype }]) =>
    sequence(b, num, dtype, start, num > 1 ? (stop - start) / (num - 1) : 0),
  OneHot: (b, { indices }, { depth, onValue, offValue }, [{ shape, dtype }]) => {
    const column = b.reshape(indices, [...indices.shape, 1]);
    const of = (chosen: string, place: string) =>
      `${chosen} == ${place} ? ${Number(onValue)} : ${Number(offValue)}`;
    return broadcast(b.map(dtype, [column, b.range(depth)], of, "OneHot"), shape);
  },
  Diag: (b, { x }, _attrs, [{ shape, dtype }]) => {
    const size = sizeOf(x.shape);
    const row = b.range(size);
    const operands = [b.reshape(row, [size, 1]), row, b.reshape(x, [size])];
    const matrix = b.map(dtype, operands, (i, j, x) => `${i} == ${j} ? ${x} : 0`, "Diag");
    return b.reshape(matrix, shape);
  },
};

/** start + step * i for i from 0 to count - 1. */
function sequence(b: Builder, count: number, dtype: ValueType, start: number, step: number): View {
  const { fround } = Math;
  const numbers = Array.from(
    { length: count },
    (_, i) => dtype === "float32" ? fround(i * fround(step)) + fround(start) : start + step * i,
  );
  return b.constant(
    dtype === "float32"
      ? ndarray("float32", [count], Float32Array.from(numbers))
      : ndarray("int32", [count], Int32Array.from(numbers)),
  );
}
