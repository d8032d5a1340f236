import { dtypeOf } from "./tensor_proto.ts";
import type { DType } from "../array/ndarray.ts";
import type { Attribute } from "./graph.ts";

/** Sizes of axes, NaN where one is unknown. */
export type Sizes = readonly number[];

/** What is known of an operation before it runs. */
export interface OperationFacts {
  /** The sizes of each operand; `undefined` where not even their number is known. */
  readonly shapes: readonly (Sizes | undefined)[];
  /** The integers of each operand that is constant. */
  readonly lists: readonly (readonly number[] | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** What is known of an ONNX operator. */
export interface Operator {
  /** Works on each element alone and broadcasts its operands. */
  readonly elementwise?: true;
  /** Its two operands may change places. */
  readonly commutative?: true;
  /** Folds the axes that it lists. */
  readonly reduction?: true;
  /** Draws random numbers: two operations alike give different results. */
  readonly random?: true;
  /** The element type of its first result: that of the operand with this index, or the type itself. */
  readonly dtype?: number | DType | "to";
  /** The sizes of its first result. */
  readonly shape?: (facts: OperationFacts) => Sizes | undefined;
  /** The opset that brought it, where {@linkcode BASE_OPSET} has not. */
  readonly since?: number;
  /** The opset that brought an attribute, for one of its values or (`"*"`) for all. */
  readonly attributesSince?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Takes its axes as an attribute before opset 18, and as an input from then on. */
  readonly movesAxes?: true;
}

const ELEMENTWISE: Operator = { elementwise: true, dtype: 0, shape: broadcastAll };
const CONDITION: Operator = { ...ELEMENTWISE, dtype: "bool" };
const SAME: Operator = { dtype: 0, shape: ({ shapes: [x] }) => x };
/** Keeps the number of axes. */
const RESIZED: Operator = { dtype: 0, shape: ({ shapes: [x] }) => x?.map(() => NaN) };
const REDUCTION: Operator = { dtype: 0, reduction: true, shape: reduced };

/** Operators by what holds for them; each stands once. */
const TABLE: readonly (readonly [opTypes: string, operator: Operator])[] = [
  ["Abs Acos Acosh Asin Asinh Atan Atanh Ceil Clip Cos Cosh Elu Erf Exp Floor", ELEMENTWISE],
  ["HardSigmoid LeakyRelu Log Neg Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh", ELEMENTWISE],
  ["Softplus Sqrt Tan Tanh Div Mod PRelu Pow Sub Sum", ELEMENTWISE],
  ["Add Max Min Mul", { ...ELEMENTWISE, commutative: true }],
  ["Cast", { ...ELEMENTWISE, dtype: "to" }],
  ["Where", { ...ELEMENTWISE, dtype: 1 }],
  ["Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not Xor", CONDITION],
  ["And Equal Or", { ...CONDITION, commutative: true }],
  ["ReduceSum", REDUCTION],
  ["ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp", { ...REDUCTION, movesAxes: true }],
  ["ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare", { ...REDUCTION, movesAxes: true }],
  ["BatchNormalization CumSum LRN LogSoftmax Softmax", SAME],
  ["Concat Conv ConvTranspose DepthToSpace MaxPool Slice SpaceToDepth Tile", RESIZED],
  ["Split", { ...RESIZED, attributesSince: { num_outputs: { "*": 18 } } }],
  ["AveragePool", { ...RESIZED, attributesSince: { dilations: { "*": 19 } } }],
  ["Pad", { ...RESIZED, attributesSince: { mode: { wrap: 19 } } }],
  ["Resize", {
    ...RESIZED,
    attributesSince: {
      antialias: { "*": 18 },
      axes: { "*": 18 },
      keep_aspect_ratio_policy: { "*": 18 },
    },
  }],
  ["ScatterElements ScatterND", { ...SAME, attributesSince: { reduction: { max: 18, min: 18 } } }],
  ["MatMul", { dtype: 0 }],
  ["Gemm", { dtype: 0, shape: () => [NaN, NaN] }],
  ["Gather", { dtype: 0, shape: gathered }],
  ["Transpose", {
    dtype: 0,
    shape: ({ shapes: [x], attributes }) =>
      x && (attributes.perm as readonly number[] | undefined)?.map((axis) => x[axis]),
  }],
  ["Reshape", {
    dtype: 0,
    // -1 and 0 stand for sizes that follow from others.
    shape: ({ lists: [, sizes] }) => sizes?.map((size) => size > 0 ? size : NaN),
  }],
  ["Expand", {
    dtype: 0,
    shape: ({ shapes: [x], lists: [, sizes] }) => x && sizes && broadcastShapes([x, sizes]),
  }],
  ["Unsqueeze", { dtype: 0, shape: unsqueezed }],
  ["Squeeze", {
    dtype: 0,
    shape: ({ shapes: [x], lists: [, axes] }) => x && axes && without(x, axes),
  }],
  ["Bernoulli Multinomial RandomNormal RandomUniform", { random: true }],
  ["RandomNormalLike RandomUniformLike", { random: true }],
  ["BitwiseAnd BitwiseNot BitwiseOr BitwiseXor CenterCropPad Col2Im", { since: 18 }],
  ["GroupNormalization Mish", { since: 18 }],
  ["DeformConv", { since: 19 }],
  ["AffineGrid Gelu", { since: 20 }],
  ["Attention RMSNormalization RotaryEmbedding", { since: 23 }],
];

const OPERATORS = new Map<string, Operator>();
for (const [opTypes, operator] of TABLE) {
  for (const opType of opTypes.split(" ")) {
    if (OPERATORS.has(opType)) throw new Error(`Cannot list operators: ${opType} stands twice`);
    OPERATORS.set(opType, operator);
  }
}

const UNKNOWN: Operator = {};

/** What is known of an operator; nothing where it is not listed. */
export function operatorOf(opType: string): Operator {
  return OPERATORS.get(opType) ?? UNKNOWN;
}

/** Whether operations of an operator with equal operands and attributes give equal results. */
export function isPure(opType: string): boolean {
  return OPERATORS.has(opType) && !operatorOf(opType).random;
}

/** The element type of the first result of an operation, as far as those of its operands tell. */
export function resultDtype(
  opType: string,
  { dtypes, attributes }: {
    dtypes: readonly (DType | undefined)[];
    attributes: OperationFacts["attributes"];
  },
): DType | undefined {
  const { dtype } = operatorOf(opType);
  if (dtype === "to") return dtypeOf(attributes.to as number);
  return typeof dtype === "number" ? dtypes[dtype] : dtype;
}

/**
 * The axes that a reduction of a value with some number of axes lists, counted from the first;
 * `undefined` where it lists none.
 */
export function reducedAxes(
  { lists: [, listed], attributes }: Pick<OperationFacts, "lists" | "attributes">,
  rank: number,
): number[] | undefined {
  const axes = listed ?? attributes.axes as readonly number[] | undefined;
  return axes?.map((axis) => axis < 0 ? axis + rank : axis);
}

/**
 * The sizes that several shapes broadcast to.
 *
 * @throws {RangeError} If they do not.
 */
export function broadcastShapes(shapes: readonly Sizes[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    shapes.reduce((size, shape) => {
      const other = shape[axis - rank + shape.length] ?? 1;
      if (other === 1 || other === size) return size;
      if (size === 1 || Number.isNaN(size)) return other;
      if (Number.isNaN(other)) return size;
      throw new RangeError(
        `Cannot broadcast [${shapes.join("], [")}]: axis ${axis} has ${size} and ${other} elements`,
      );
    }, 1));
}

function broadcastAll({ shapes }: OperationFacts): Sizes | undefined {
  return shapes.every((shape) => shape !== undefined) ? broadcastShapes(shapes) : undefined;
}

function reduced({ shapes: [x], ...facts }: OperationFacts): Sizes | undefined {
  const axes = x && reducedAxes(facts, x.length);
  if (facts.attributes.keepdims === 0) return axes && without(x, axes);
  return x?.map((size, axis) => axes === undefined ? NaN : axes.includes(axis) ? 1 : size);
}

function gathered({ shapes: [x, indices], attributes }: OperationFacts): Sizes | undefined {
  const axis = Number(attributes.axis ?? 0);
  return x && indices && x.toSpliced(axis, 1, ...indices);
}

function unsqueezed({ shapes: [x], lists: [, axes] }: OperationFacts): Sizes | undefined {
  if (x === undefined || axes === undefined) return undefined;
  const rank = x.length + axes.length;
  const added = axes.map((axis) => axis < 0 ? axis + rank : axis);
  const rest = [...x];
  return Array.from({ length: rank }, (_, axis) => added.includes(axis) ? 1 : rest.shift()!);
}

function without(sizes: Sizes, axes: readonly number[]): Sizes {
  return sizes.filter((_, axis) => !axes.includes(axis) && !axes.includes(axis - sizes.length));
}
