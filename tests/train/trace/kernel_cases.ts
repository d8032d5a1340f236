import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../../lib/random.ts";

/** One computation that runs a kernel, to be compared with TensorFlow.js's own `cpu` backend. */
export interface KernelCase {
  /** The kernel that it is about; it may run others besides. */
  readonly kernel: string;
  /** Sets cases of one kernel apart. */
  readonly about?: string;
  readonly inputs: Readonly<Record<string, CaseInput>>;
  readonly compute: (inputs: Tensors) => tf.Tensor | tf.Tensor[];
  /** The greatest difference allowed, relative to the expected value or to 1. @default {1e-6} */
  readonly tolerance?: number;
}

/** The values of an input. */
export interface CaseInput {
  readonly shape: number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly values: number[];
}

// deno-lint-ignore no-explicit-any -- cases use tensors of every rank
type Tensors = Record<string, tf.Tensor<any>>;

const random = new Random(7, "kernel cases");

/** Normal numbers, shifted and scaled; a fixed sequence. */
function normal(shape: number[], { mean = 0, scale = 1 } = {}): CaseInput {
  const values = Array.from(
    random.normals(tf.util.sizeFromShape(shape)),
    (value) => mean + scale * value,
  );
  return { shape, dtype: "float32", values };
}

/** Uniform numbers. */
function uniform(shape: number[], low: number, high: number): CaseInput {
  const length = tf.util.sizeFromShape(shape);
  const values = Array.from({ length }, () => low + (high - low) * random.uniform());
  return { shape, dtype: "float32", values };
}

function floats(...values: number[]): CaseInput {
  return { shape: [values.length], dtype: "float32", values };
}

function ints(...values: number[]): CaseInput {
  return { shape: [values.length], dtype: "int32", values };
}

function bools(...values: number[]): CaseInput {
  return { shape: [values.length], dtype: "bool", values };
}

/** Where most functions of one number have their corners. */
const CORNERS = floats(-7.5, -2, -1, -0.5, -1e-3, 0, 1e-3, 0.5, 1, 2, 6, 7.5);

function unary(kernel: string, compute: (x: tf.Tensor) => tf.Tensor, x = CORNERS): KernelCase {
  return { kernel, inputs: { x }, compute: ({ x }) => compute(x) };
}

function binary(
  kernel: string,
  compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  [a, b]: [CaseInput, CaseInput] = [normal([2, 1, 3]), normal([4, 1])],
): KernelCase {
  return { kernel, inputs: { a, b }, compute: ({ a, b }) => compute(a, b) };
}

const A = floats(1, 2, 3, 4, NaN), B = floats(2, 2, 2, 5, 1);

/** Every kernel that has a rule, at least once. */
export const KERNEL_CASES: readonly KernelCase[] = [
  unary("Abs", tf.abs),
  unary("Acos", tf.acos, uniform([9], -1, 1)),
  unary("Acosh", tf.acosh, uniform([9], 1, 5)),
  unary("Asin", tf.asin, uniform([9], -1, 1)),
  unary("Asinh", tf.asinh),
  unary("Atan", tf.atan),
  unary("Atanh", tf.atanh, uniform([9], -0.9, 0.9)),
  unary("Ceil", tf.ceil),
  unary("Cos", tf.cos),
  unary("Cosh", tf.cosh),
  unary("Erf", tf.erf),
  unary("Exp", tf.exp),
  unary("Floor", tf.floor),
  unary("Log", tf.log, uniform([9], 0.01, 20)),
  unary("Neg", tf.neg),
  unary("Reciprocal", tf.reciprocal, uniform([9], 0.1, 5)),
  unary("Relu", tf.relu),
  unary("Sigmoid", tf.sigmoid),
  unary("Sign", tf.sign),
  unary("Sin", tf.sin),
  unary("Sinh", tf.sinh),
  unary("Softplus", tf.softplus),
  unary("Sqrt", tf.sqrt, uniform([9], 0, 20)),
  unary("Tan", tf.tan),
  unary("Tanh", tf.tanh),
  unary("Expm1", tf.expm1),
  unary("Log1p", tf.log1p, uniform([9], -0.9, 20)),
  unary("Rsqrt", tf.rsqrt, uniform([9], 0.1, 20)),
  unary("Square", tf.square),
  unary("Relu6", tf.relu6),
  unary("LeakyRelu", (x) => tf.leakyRelu(x, 0.3)),
  unary("Elu", tf.elu),
  unary("Selu", tf.selu),
  unary("ClipByValue", (x) => tf.clipByValue(x, -1, 2.5)),
  unary("Step", tf.step),
  { ...unary("Step", (x) => tf.step(x, -1)), about: "alpha" },
  { ...unary("Step", tf.step, floats(NaN, 1)), about: "NaN" },

  binary("Add", tf.add),
  binary("Sub", tf.sub),
  binary("Multiply", tf.mul),
  binary("RealDiv", tf.div),
  binary("Maximum", tf.maximum),
  binary("Minimum", tf.minimum),
  binary("Pow", tf.pow, [uniform([2, 3], 0.1, 3), normal([3])]),
  binary("SquaredDifference", tf.squaredDifference),
  {
    kernel: "EluGrad",
    inputs: { x: CORNERS },
    compute: ({ x }) => tf.grad((x) => tf.sum(tf.elu(x)))(x),
  },

  binary("Equal", tf.equal, [A, B]),
  binary("NotEqual", tf.notEqual, [A, B]),
  binary("Greater", tf.greater, [A, B]),
  binary("GreaterEqual", tf.greaterEqual, [A, B]),
  binary("Less", tf.less, [A, B]),
  binary("LessEqual", tf.lessEqual, [A, B]),
  binary("LogicalAnd", tf.logicalAnd, [bools(0, 0, 1, 1), bools(0, 1, 0, 1)]),
  binary("LogicalOr", tf.logicalOr, [bools(0, 0, 1, 1), bools(0, 1, 0, 1)]),
  unary("LogicalNot", tf.logicalNot, bools(0, 1)),
  {
    kernel: "AddN",
    inputs: { a: normal([2, 3]), b: normal([2, 3]), c: normal([2, 3]) },
    compute: ({ a, b, c }) => tf.addN([a, b, c]),
  },
  {
    kernel: "Select",
    inputs: { condition: bools(1, 0, 1), t: normal([3]), e: normal([3]) },
    compute: ({ condition, t, e }) => tf.where(condition, t, e),
  },
  unary("Cast", (x) => tf.cast(x, "int32"), floats(-1.5, -0.5, 0.5, 1.5)),
  { ...unary("Cast", (x) => tf.cast(x, "float32"), ints(-2, 3)), about: "int32 to float32" },
  { ...unary("Cast", (x) => tf.cast(x, "bool"), floats(-2, 0, 0.5)), about: "float32 to bool" },

  unary("Sum", (x) => tf.sum(x, 1), normal([2, 3, 4])),
  { ...unary("Sum", (x) => tf.sum(x), normal([2, 3])), about: "all axes" },
  { ...unary("Sum", (x) => tf.sum(x, [0, -1], true), normal([2, 3, 4])), about: "keepDims" },
  { ...unary("Sum", (x) => tf.sum(x, []), normal([2, 3])), about: "no axes" },
  unary("Max", (x) => tf.max(x, 0), normal([2, 3, 4])),
  unary("Min", (x) => tf.min(x, [1, 2]), normal([2, 3, 4])),
  unary("Mean", (x) => tf.mean(x, -1), normal([2, 3, 4])),
  unary("Prod", (x) => tf.prod(x, 1), normal([2, 3])),

  {
    kernel: "BatchMatMul",
    inputs: { a: normal([2, 3]), b: normal([3, 4]) },
    compute: ({ a, b }) => tf.matMul(a, b),
    tolerance: 1e-5,
  },
  {
    kernel: "BatchMatMul",
    about: "both transposed",
    inputs: { a: normal([3, 2]), b: normal([4, 3]) },
    compute: ({ a, b }) => tf.matMul(a, b, true, true),
    tolerance: 1e-5,
  },
  {
    kernel: "BatchMatMul",
    about: "batched, one side broadcast, transposed",
    inputs: { a: normal([5, 2, 3]), b: normal([1, 4, 3]) },
    compute: ({ a, b }) => tf.matMul(a, b, false, true),
    tolerance: 1e-5,
  },
  ...(["linear", "relu", "sigmoid", "elu", "relu6", "leakyrelu"] as const).map((
    activation,
  ): KernelCase => ({
    kernel: "_FusedMatMul",
    about: activation,
    inputs: { a: normal([2, 3]), b: normal([3, 4]), bias: normal([4]) },
    compute: ({ a, b, bias }) =>
      tf.fused.matMul({
        a,
        b,
        bias,
        activation,
        transposeA: false,
        transposeB: false,
        leakyreluAlpha: 0.3,
      }),
    tolerance: 1e-5,
  })),
  {
    kernel: "_FusedMatMul",
    about: "batched with bias",
    inputs: { a: normal([2, 3, 4]), b: normal([2, 4, 5]), bias: normal([5]) },
    compute: ({ a, b, bias }) => tf.fused.matMul({ a, b, bias, activation: "relu" }),
    tolerance: 1e-5,
  },

  unary("Identity", tf.clone),
  unary("Reshape", (x) => tf.reshape(x, [3, -1]), normal([2, 6])),
  {
    ...unary("Reshape", (x) => tf.reshape(tf.reshape(x, [3, 4]), [2, 6]), normal([2, 6])),
    about: "there and back",
  },
  {
    ...unary(
      "Reshape",
      (x) => tf.reshape(tf.reshape(tf.neg(x), [3, 4]), [4, 3]),
      normal([2, 6]),
    ),
    about: "a chain",
  },
  unary("ExpandDims", (x) => tf.expandDims(x, -1), normal([2, 3])),
  unary("Transpose", (x) => tf.transpose(x, [2, 0, 1]), normal([2, 3, 4])),
  unary("Tile", (x) => tf.tile(x, [2, 3]), normal([2, 3])),
  {
    kernel: "Concat",
    inputs: { a: normal([2, 3]), b: normal([2, 1]) },
    compute: ({ a, b }) => tf.concat([a, b], -1),
  },
  unary("Slice", (x) => tf.slice(x, [1, 0], [1, -1]), normal([3, 4])),
  {
    kernel: "SplitV",
    inputs: { x: normal([2, 6]) },
    compute: ({ x }) => tf.split(x, [1, 2, 3], 1),
  },
  {
    kernel: "Fill",
    inputs: { x: normal([2, 3]) },
    compute: ({ x }) => tf.add(x, tf.fill([2, 3], 2.5)),
  },
  unary("ZerosLike", tf.zerosLike),
  unary("OnesLike", tf.onesLike),
];
