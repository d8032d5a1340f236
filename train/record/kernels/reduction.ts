import { backend_util, type DataType, util } from "@tensorflow/tfjs-core";
import { constant, op, type Source } from "../recording/operation.ts";
import { type Recorded, recorded, type Rule, type RuleTable } from "../recording/recorded.ts";
import { as, cast, scalar } from "./dtype.ts";
import { reversed } from "./layout.ts";

interface ReductionOptions {
  /** The dtype in which to reduce x. */
  readonly through: (dtype: DataType) => DataType;
  /** The dtype of the result; x's own unless given. */
  readonly dtype?: DataType;
}

/** Reduces x over `axis`, all axes where it is not given. */
function reduction(
  build: (x: Source, axes: number[], attributes: { keepdims: number }) => Source,
  { through, dtype }: ReductionOptions = {
    through: (dtype) => dtype === "bool" ? "int32" : dtype,
  },
): Rule {
  return ({ x }, { axis, reductionIndices, keepDims }) => {
    // Max alone names its axes differently.
    const axes = util.parseAxisParam(axis ?? reductionIndices, [...x.shape]);
    const [reduced] = backend_util.computeOutAndReduceShapes([...x.shape], axes);
    const shape = keepDims ? backend_util.expandShapeToKeepDim(reduced, axes) : reduced;
    const number = as(x, through(x.dtype));
    // ONNX reads an empty list of axes as all of them.
    const isUnchanged = axes.length === 0;
    const result = isUnchanged
      ? number.source
      : build(number.source, axes, { keepdims: keepDims ? 1 : 0 });
    return as(recorded(result, shape, number.dtype), dtype ?? x.dtype);
  };
}

const float32: ReductionOptions = { through: () => "float32", dtype: "float32" };
const bool: ReductionOptions = { through: () => "int32", dtype: "bool" };

/** The largest or smallest element; NaN where there is one, which ONNX Runtime leaves out. */
function extreme(opType: "ReduceMax" | "ReduceMin"): Rule {
  const plain = reduction((x, axes, attributes) => op[opType](x, { axes, ...attributes }));
  const orNaN = reduction((x, axes, attributes) => {
    const isNaN = op.ReduceMax(cast(op.IsNaN(x), "float32"), { axes, ...attributes });
    return op.Where(op.Greater(isNaN, 0), NaN, op[opType](x, { axes, ...attributes }));
  });
  return (inputs, attrs) => (inputs.x.dtype === "float32" ? orNaN : plain)(inputs, attrs);
}

/**
 * The first index of the largest or smallest element along `axis`. TensorFlow.js begins with the first
 * element, which nothing beats if it is NaN; other NaNs beat nothing.
 */
function argument(opType: "ArgMax" | "ArgMin"): Rule {
  return ({ x }, { axis }) => {
    const [along] = util.parseAxisParam(axis, [...x.shape]);
    const best = op[opType](comparable(x, opType), { axis: along, keepdims: 0 });
    const first = constant("int64", [], [0]);
    const index = x.dtype === "float32"
      ? op.Where(op.IsNaN(op.Gather(x.source, first, { axis: along })), first, best)
      : best;
    return recorded(cast(index, "int32"), x.shape.filter((_, i) => i !== along), "int32");
  };
}

/** x with numbers that lose against all others in place of NaN. */
function comparable(x: Recorded, opType: "ArgMax" | "ArgMin"): Source {
  if (x.dtype !== "float32") return as(x, "int32").source;
  return op.Where(op.IsNaN(x.source), opType === "ArgMax" ? -Infinity : Infinity, x.source);
}

/** y[i] = the product of x[0] to x[i], by doubling: each pass multiplies twice as many. */
function cumulativeProduct(x: Recorded, axis: number): Source {
  const size = x.shape[axis];
  let result = x.source;
  for (let shift = 1; shift < size; shift *= 2) {
    result = op.Mul(result, shifted(recorded(result, x.shape, x.dtype), axis, shift));
  }
  return result;
}

/** x moved on by `shift` along an axis, ones before it. */
function shifted({ source, shape, dtype }: Recorded, axis: number, shift: number): Source {
  const pads = shape.map((_, i) => i === axis ? shift : 0);
  const kept = op.Slice(source, [0], [shape[axis] - shift], [axis]);
  return op.Pad(kept, [...pads, ...shape.map(() => 0)], scalar(1, dtype));
}

/** Kernels that fold axes away, or accumulate along one. */
export const reductions: RuleTable = {
  Sum: reduction((x, axes, attributes) => op.ReduceSum(x, axes, attributes)),
  // Before opset 18 these take their axes as an attribute, ReduceSum alone as an input.
  Mean: reduction((x, axes, attributes) => op.ReduceMean(x, { axes, ...attributes }), float32),
  Prod: reduction((x, axes, attributes) => op.ReduceProd(x, { axes, ...attributes })),
  Max: extreme("ReduceMax"),
  Min: extreme("ReduceMin"),
  All: reduction((x, axes, attributes) => op.ReduceMin(x, { axes, ...attributes }), bool),
  Any: reduction((x, axes, attributes) => op.ReduceMax(x, { axes, ...attributes }), bool),
  ArgMax: argument("ArgMax"),
  ArgMin: argument("ArgMin"),
  // y[i] = sum of x[0] to x[i], or to x[i - 1] if exclusive
  Cumsum: ({ x }, { axis, exclusive, reverse }) =>
    recorded(
      op.CumSum(x.source, scalar(axis, "int32"), {
        exclusive: exclusive ? 1 : 0,
        reverse: reverse ? 1 : 0,
      }),
      x.shape,
      x.dtype,
    ),
  // y[i] = product of x[0] to x[i], or to x[i - 1] if exclusive
  Cumprod: ({ x }, { axis, exclusive, reverse }) => {
    const [along] = util.parseAxisParam(axis, [...x.shape]);
    const like = (source: Source) => recorded(source, x.shape, x.dtype);
    const ordered = reverse ? reversed(x.source, [along]) : x.source;
    const start = exclusive ? shifted(like(ordered), along, 1) : ordered;
    const product = cumulativeProduct(like(start), along);
    return like(reverse ? reversed(product, [along]) : product);
  },
};
