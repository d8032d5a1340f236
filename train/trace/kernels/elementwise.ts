import { backend_util, type DataType } from "@tensorflow/tfjs-core";
import { onnxDataType } from "../../../lib/onnx/mod.ts";
import { op, type Operand, type Operators, type Source } from "../recorder.ts";
import { type Attrs, type Inputs, type Rule, type RuleTable, traced } from "../rule.ts";

/** x -> ONNX `opType`(x), of x's own dtype. */
function unary(opType: string): Rule {
  return ({ x }) => traced(op[opType](x.source), x.shape, x.dtype);
}

/** x -> an expression in x, of x's own dtype. */
function expression(build: (x: Source, attrs: Attrs, inputs: Inputs) => Source): Rule {
  return (inputs, attrs) =>
    traced(build(inputs.x.source, attrs, inputs), inputs.x.shape, inputs.x.dtype);
}

/** a, b -> an expression in both, broadcast, of a's dtype unless another is given. */
function binary(build: (a: Source, b: Source) => Source, dtype?: DataType): Rule {
  return ({ a, b }) => {
    const shape = backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
    return traced(build(a.source, b.source), shape, dtype ?? a.dtype);
  };
}

/** a, b -> ONNX `opType`(a, b), broadcast. */
function broadcast(opType: keyof Operators, dtype?: DataType): Rule {
  return binary((a, b) => op[opType](a, b), dtype);
}

/** `Cast` to a TensorFlow.js dtype. */
export function cast(x: Operand, dtype: DataType): Source {
  return op.Cast(x, { to: onnxDataType(dtype as "float32" | "int32" | "bool") });
}

/** Kernels that work on each element alone. */
export const elementwise: RuleTable = {
  Abs: unary("Abs"),
  Acos: unary("Acos"),
  Acosh: unary("Acosh"),
  Asin: unary("Asin"),
  Asinh: unary("Asinh"),
  Atan: unary("Atan"),
  Atanh: unary("Atanh"),
  Ceil: unary("Ceil"),
  Cos: unary("Cos"),
  Cosh: unary("Cosh"),
  Erf: unary("Erf"),
  Exp: unary("Exp"),
  Floor: unary("Floor"),
  Log: unary("Log"),
  Neg: unary("Neg"),
  Reciprocal: unary("Reciprocal"),
  Relu: unary("Relu"),
  Sigmoid: unary("Sigmoid"),
  Sign: unary("Sign"),
  Sin: unary("Sin"),
  Sinh: unary("Sinh"),
  Softplus: unary("Softplus"),
  Sqrt: unary("Sqrt"),
  Tan: unary("Tan"),
  Tanh: unary("Tanh"),

  // expm1(x) = exp(x) - 1
  Expm1: expression((x) => op.Sub(op.Exp(x), 1)),
  // log1p(x) = log(1 + x)
  Log1p: expression((x) => op.Log(op.Add(x, 1))),
  // rsqrt(x) = 1 / sqrt(x)
  Rsqrt: expression((x) => op.Reciprocal(op.Sqrt(x))),
  // square(x) = x x
  Square: expression((x) => op.Mul(x, x)),
  // relu6(x) = min(max(x, 0), 6)
  Relu6: expression((x) => op.Clip(x, 0, 6)),
  // leakyRelu(x) = x where x >= 0, alpha x elsewhere
  LeakyRelu: expression((x, { alpha }) => op.LeakyRelu(x, { alpha })),
  // elu(x) = x where x >= 0, exp(x) - 1 elsewhere
  Elu: expression((x) => op.Elu(x, { alpha: 1 })),
  // selu(x) = scale * (x where x >= 0, alpha (exp(x) - 1) elsewhere); ONNX has the same defaults.
  Selu: expression((x) => op.Selu(x)),
  // clip(x) = min(max(x, clipValueMin), clipValueMax)
  ClipByValue: expression((x, { clipValueMin, clipValueMax }) =>
    op.Clip(x, clipValueMin, clipValueMax)
  ),
  // step(x) = 1 where x > 0, alpha elsewhere; NaN stays NaN. The gradient of abs has alpha = -1.
  Step: expression((x, { alpha = 0 }) =>
    op.Where(op.IsNaN(x), x, op.Where(op.Greater(x, 0), 1, alpha))
  ),

  Add: broadcast("Add"),
  Sub: broadcast("Sub"),
  Multiply: broadcast("Mul"),
  RealDiv: broadcast("Div"),
  Maximum: broadcast("Max"),
  Minimum: broadcast("Min"),
  Pow: broadcast("Pow"),
  // (a - b)^2
  SquaredDifference: binary((a, b) => {
    const difference = op.Sub(a, b);
    return op.Mul(difference, difference);
  }),
  // The gradient of elu, from its result: dy where y >= 0, dy (y + 1) elsewhere.
  EluGrad: ({ dy, y }) =>
    traced(
      op.Where(
        op.GreaterOrEqual(y.source, 0),
        dy.source,
        op.Mul(dy.source, op.Add(y.source, 1)),
      ),
      y.shape,
    ),

  Equal: broadcast("Equal", "bool"),
  Greater: broadcast("Greater", "bool"),
  GreaterEqual: broadcast("GreaterOrEqual", "bool"),
  Less: broadcast("Less", "bool"),
  LessEqual: broadcast("LessOrEqual", "bool"),
  NotEqual: binary((a, b) => op.Not(op.Equal(a, b)), "bool"),
  LogicalAnd: broadcast("And", "bool"),
  LogicalOr: broadcast("Or", "bool"),
  LogicalNot: unary("Not"),

  // sum of all inputs, which have one shape
  AddN: (inputs) => {
    const [first, ...rest] = Object.values(inputs);
    const sum = rest.reduce((total, { source }) => op.Add(total, source), first.source);
    return traced(sum, first.shape, first.dtype);
  },
  // t where condition, e elsewhere
  Select: ({ condition, t, e }) =>
    traced(op.Where(condition.source, t.source, e.source), t.shape, t.dtype),
  Cast: ({ x }, { dtype }) => dtype === x.dtype ? x : traced(cast(x.source, dtype), x.shape, dtype),
};
