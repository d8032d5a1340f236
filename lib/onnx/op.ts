import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { Attribute } from "./graph.ts";

export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * What an operation takes: a value; a number (a float32 scalar); a list of integers (a
 * one-dimensional int64 tensor, as axes and shapes are given); or `null` for an optional operand
 * left out.
 */
export type Operand<V> = V | number | readonly number[] | null;

/** One method an ONNX operator: operands first, then its attributes if it has any. */
export type Operators<V> = Readonly<
  Record<string, (...operands: (Operand<V> | Attributes)[]) => V>
>;

/**
 * The methods of every operator.
 *
 * @param append Appends an operation and gives its first result.
 * @param isValue Tells values from attributes.
 */
export function operators<V extends object>(
  append: (opType: string, operands: readonly Operand<V>[], attributes: Attributes) => V,
  isValue: (operand: object) => operand is V,
): Operators<V> {
  return new Proxy({}, {
    get: (_, opType: string) => (...operands: (Operand<V> | Attributes)[]) => {
      const last = operands.at(-1);
      const isAttributes = typeof last === "object" && last !== null && !Array.isArray(last) &&
        !isValue(last);
      return isAttributes
        ? append(opType, operands.slice(0, -1) as Operand<V>[], last as Attributes)
        : append(opType, operands as Operand<V>[], {});
    },
  });
}

/** The value of an operand, numbers and lists made into constants. */
export function operandValue<V extends object>(
  operand: Operand<V>,
  constant: (array: NdArray) => V,
): V | null {
  if (typeof operand === "number") {
    return constant(ndarray("float32", [], Float32Array.of(operand)));
  }
  if (!Array.isArray(operand)) return operand as V | null;
  return constant(ndarray("int64", [operand.length], BigInt64Array.from(operand, BigInt)));
}
