import { backend_util } from "@tensorflow/tfjs-core";
import { onnxDataType } from "../../../lib/onnx/mod.ts";
import { op, type Source } from "../recording/operation.ts";
import {
  type Attrs,
  type Inputs,
  recorded,
  type Rule,
  type RuleTable,
} from "../recording/recorded.ts";
import { as, cast, like, numeric, numericDtype, scalar } from "./dtype.ts";

/**
 * x -> an expression in x, of x's own dtype unless another is given. ONNX has most functions for
 * floats only, so integers and booleans pass through float32.
 */
function expression(build: (x: Source, attrs: Attrs, inputs: Inputs) => Source): Rule {
  return (inputs, attrs) => {
    const { x } = inputs;
    const float = recorded(build(as(x, "float32").source, attrs, inputs), x.shape);
    return as(float, x.dtype);
  };
}

/** x -> ONNX `opType`(x). */
function unary(opType: string): Rule {
  return expression((x) => op[opType](x));
}

/** x -> ONNX `opType`(x), which ONNX has for integers too: exact where float32 is not. */
function exact(build: (x: Source, attrs: Attrs, dtype: string) => Source): Rule {
  return ({ x }, attrs) => like(x, build(numeric(x), attrs, numericDtype(x)));
}

/** x -> a condition on x, which only floats can meet. */
function condition(build: (x: Source) => Source): Rule {
  return ({ x }) => recorded(build(as(x, "float32").source), x.shape, "bool");
}

/** The largest float32. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/**
 * 1 where x > 0, 0 elsewhere, NaN where x is: min(max(LARGEST x, 0), 1), which takes one pass over x
 * and no booleans. Below 1 / LARGEST, where numbers have lost their precision, it is between 0 and 1.
 */
function isPositive(x: Source): Source {
  return op.HardSigmoid(x, { alpha: LARGEST, beta: 0 });
}

/** Where 1 + x loses digits of x. */
function isSmall(x: Source): Source {
  return op.Less(op.Abs(x), 0.5);
}

/** exp(x) - 1, which near 0 is 2 t / (1 - t) with t = tanh(x / 2). */
function expm1(x: Source): Source {
  const t = op.Tanh(op.Mul(x, 0.5));
  return op.Where(isSmall(x), op.Div(op.Mul(t, 2), op.Sub(1, t)), op.Sub(op.Exp(x), 1));
}

/** x where x >= 0, alpha (exp(x) - 1) elsewhere. ONNX Runtime's own loses the digits of small x. */
function elu(x: Source, alpha: number): Source {
  const below = expm1(x);
  return op.Where(op.Less(x, 0), alpha === 1 ? below : op.Mul(below, alpha), x);
}

/** Scale and alpha of selu, by Klambauer et al., "Self-normalizing neural networks" (2017). */
const SELU = { scale: backend_util.SELU_SCALE, alpha: backend_util.SELU_SCALEALPHA } as const;

/** Kernels that ONNX has by the same name; Round rounds halves to even in both. */
const SAME_IN_ONNX = "Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Erf Floor Log Reciprocal " +
  "Relu Round Sigmoid Sin Sinh Softplus Sqrt Tanh";

/** Kernels that work on each element of one tensor. */
export const elementwise: RuleTable = {
  ...Object.fromEntries(SAME_IN_ONNX.split(" ").map((name) => [name, unary(name)])),
  Abs: exact((x) => op.Abs(x)),
  Neg: exact((x) => op.Neg(x)),
  // square(x) = x x
  Square: exact((x) => op.Mul(x, x)),
  // sign(x) = -1, 0 or 1; 0 for NaN
  Sign: expression((x) => op.Where(op.IsNaN(x), 0, op.Sign(x))),
  // clip(x) = min(max(x, clipValueMin), clipValueMax)
  ClipByValue: exact((x, { clipValueMin, clipValueMax }, dtype) =>
    op.Clip(x, scalar(clipValueMin, dtype as "float32"), scalar(clipValueMax, dtype as "float32"))
  ),

  // tan(x) = sin(x) / cos(x), in float64: it is steep, and ONNX Runtime's own is off by one place
  Tan: expression((x) => {
    const exact = op.Cast(x, { to: onnxDataType("float64") });
    return cast(op.Div(op.Sin(exact), op.Cos(exact)), "float32");
  }),
  // exp is float32 even of integers, which float64 takes to the nearest float32.
  Exp: ({ x }) => {
    if (x.dtype === "float32") return recorded(op.Exp(x.source), x.shape);
    const exact = op.Exp(op.Cast(x.source, { to: onnxDataType("float64") }));
    return recorded(cast(exact, "float32"), x.shape);
  },
  Expm1: expression(expm1),
  // log1p(x) = log(u) with u = 1 + x, plus (x - (u - 1)) / u for what u has lost near 0. Not of
  // exp(y): losses add that to larger numbers, and it would take a hundredth of a training step.
  Log1p: expression((x) => {
    const u = op.Add(x, 1);
    if (x.kind === "result" && x.operation.opType === "Exp") return op.Log(u);
    const lost = op.Div(op.Sub(x, op.Sub(u, 1)), u);
    return op.Where(isSmall(x), op.Add(op.Log(u), lost), op.Log(u));
  }),
  // rsqrt(x) = 1 / sqrt(x)
  Rsqrt: expression((x) => op.Reciprocal(op.Sqrt(x))),
  // relu6(x) = min(max(x, 0), 6)
  Relu6: expression((x) => op.Clip(x, 0, 6)),
  // leakyRelu(x) = x where x >= 0, alpha x elsewhere
  LeakyRelu: ({ x }, { alpha }) =>
    recorded(op.LeakyRelu(as(x, "float32").source, { alpha }), x.shape),
  // prelu(x) = x where x >= 0, alpha x elsewhere, alpha broadcast
  Prelu: (inputs) => {
    const [x, alpha] = [inputs.x, inputs.alpha].map((input) => as(input, "float32"));
    const source = op.Where(op.Less(x.source, 0), op.Mul(alpha.source, x.source), x.source);
    return recorded(source, x.shape);
  },
  // elu(x) = x where x >= 0, exp(x) - 1 elsewhere
  Elu: expression((x) => elu(x, 1)),
  // selu(x) = scale * (x where x >= 0, alpha (exp(x) - 1) elsewhere)
  Selu: expression((x) => op.Mul(elu(x, SELU.alpha / SELU.scale), SELU.scale)),
  // step(x) = 1 where x > 0, alpha elsewhere; NaN stays NaN. The gradient of relu has alpha = 0, that
  // of abs -1.
  Step: expression((x, { alpha = 0 }) => {
    if (alpha === 0) return isPositive(x);
    if (alpha === -1) return op.Sub(op.Mul(isPositive(x), 2), 1);
    return op.Where(op.IsNaN(x), x, op.Where(op.Greater(x, 0), 1, alpha));
  }),
  // The gradient of elu, from its result: dy where y >= 0, dy (y + 1) elsewhere.
  EluGrad: ({ dy, y }) =>
    recorded(
      op.Where(
        op.GreaterOrEqual(y.source, 0),
        dy.source,
        op.Mul(dy.source, op.Add(y.source, 1)),
      ),
      y.shape,
    ),

  IsNan: condition((x) => op.IsNaN(x)),
  IsInf: condition((x) => op.IsInf(x)),
  IsFinite: condition((x) => op.Not(op.Or(op.IsNaN(x), op.IsInf(x)))),
  LogicalNot: ({ x }) => recorded(op.Not(as(x, "bool").source), x.shape, "bool"),
  // As an integer what is no number, or too large for one, counts as 0.
  Cast: ({ x }, { dtype }) => {
    if (x.dtype !== "float32" || dtype !== "int32") return as(x, dtype);
    const fits = op.Less(op.Abs(x.source), 2 ** 31);
    return recorded(cast(op.Where(fits, x.source, 0), dtype), x.shape, dtype);
  },

  // softmax(x) = exp(x) / sum(exp(x)) along `dim`
  Softmax: ({ logits }, { dim }) =>
    recorded(op.Softmax(logits.source, { axis: dim }), logits.shape),
};
