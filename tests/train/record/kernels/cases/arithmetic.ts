import * as tf from "@tensorflow/tfjs-core";
import { binary, bools, floats, ints, type KernelCase, normal, uniform } from "./case.ts";

const A = floats(1, 2, 3, 4, NaN), B = floats(2, 2, 2, 5, 1);
const SIGNS = [floats(5, -5, 5, -5, 6, -6, 0), floats(3, 3, -3, -3, 3, -3, 2)] as const;
const INTEGERS = [ints(5, -5, 5, -5, 6, -6, 0), ints(3, 3, -3, -3, 3, -3, 2)] as const;
const BOOLEANS = [bools(0, 0, 1, 1), bools(0, 1, 0, 1)] as const;

/** Cases for kernels that work on pairs of elements, and on more. */
export const ARITHMETIC_CASES: readonly KernelCase[] = [
  binary("Add", tf.add),
  { ...binary("Add", tf.add, [...INTEGERS]), about: "int32" },
  binary("Sub", tf.sub),
  binary("Multiply", tf.mul),
  { ...binary("Multiply", tf.mul, [ints(3, 46341), ints(-7, 46340)]), about: "int32" },
  binary("RealDiv", tf.div),
  binary("Maximum", tf.maximum),
  { ...binary("Maximum", tf.maximum, [A, B]), about: "NaN" },
  { ...binary("Maximum", tf.maximum, [...BOOLEANS]), about: "bool" },
  binary("Minimum", tf.minimum),
  binary("Pow", tf.pow, [uniform([2, 3], 0.1, 3), normal([3])]),
  { ...binary("Pow", tf.pow, [ints(2, -3, 5), ints(10, 3, 0)]), about: "int32" },
  binary("SquaredDifference", tf.squaredDifference),
  binary("FloorDiv", tf.floorDiv, [...SIGNS]),
  { ...binary("FloorDiv", tf.floorDiv, [...INTEGERS]), about: "int32" },
  {
    ...binary("FloorDiv", tf.floorDiv, [ints(5, -5, 0, 7), ints(0, 0, 0, -2)]),
    about: "by zero",
  },
  binary("Mod", tf.mod, [...SIGNS]),
  { ...binary("Mod", tf.mod, [...INTEGERS]), about: "int32" },
  binary("Atan2", tf.atan2, [
    floats(1, 1, -1, -1, 0, 1, -1, 0, 0, NaN),
    floats(2, -2, 2, -2, 0, 0, 0, 1, -1, 1),
  ]),
  {
    ...binary("Atan2", tf.atan2, [
      floats(Infinity, -Infinity, Infinity, -Infinity, 1, Infinity),
      floats(Infinity, Infinity, -Infinity, -Infinity, Infinity, 1),
    ]),
    about: "infinities",
  },
  binary("BitwiseAnd", tf.bitwiseAnd, [ints(12, -1, 255, 2 ** 30), ints(10, 7, -256, -1)]),
  {
    kernel: "AddN",
    inputs: { a: normal([2, 3]), b: normal([2, 3]), c: normal([2, 3]) },
    compute: ({ a, b, c }) => tf.addN([a, b, c]),
  },

  binary("Equal", tf.equal, [A, B]),
  { ...binary("Equal", tf.equal, [...BOOLEANS]), about: "bool" },
  binary("NotEqual", tf.notEqual, [A, B]),
  binary("Greater", tf.greater, [A, B]),
  { ...binary("Greater", tf.greater, [...BOOLEANS]), about: "bool" },
  binary("GreaterEqual", tf.greaterEqual, [A, B]),
  binary("Less", tf.less, [A, B]),
  { ...binary("Less", tf.less, [...INTEGERS]), about: "int32" },
  binary("LessEqual", tf.lessEqual, [A, B]),
  binary("LogicalAnd", tf.logicalAnd, [...BOOLEANS]),
  binary("LogicalOr", tf.logicalOr, [...BOOLEANS]),
  {
    kernel: "Select",
    inputs: { condition: bools(1, 0, 1), t: normal([3]), e: normal([3]) },
    compute: ({ condition, t, e }) => tf.where(condition, t, e),
  },
  {
    kernel: "Select",
    about: "bool",
    inputs: { condition: bools(1, 0, 1), t: bools(1, 1, 0), e: bools(0, 0, 1) },
    compute: ({ condition, t, e }) => tf.where(condition, t, e),
  },
  ...["ab,bc->ac", "abc,abd->cd", "ab,ab->", "abc->ca"].map((equation): KernelCase => {
    const [left] = equation.split("->");
    const sizes: Record<string, number> = { a: 2, b: 3, c: 4, d: 5 };
    const shapes = left.split(",").map((letters) => [...letters].map((letter) => sizes[letter]));
    return {
      kernel: "Einsum",
      about: equation,
      inputs: Object.fromEntries(shapes.map((shape, i) => [`x${i}`, normal(shape)])),
      compute: (inputs) => tf.einsum(equation, ...Object.values(inputs)),
      tolerance: 1e-5,
    };
  }),
];
