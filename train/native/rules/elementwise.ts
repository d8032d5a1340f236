import type { Builder } from "../program/builder.ts";
import { literal } from "../program/views.ts";
import type { ValueType, View } from "../program/ir.ts";
import type { CRule, CRuleTable } from "./rule.ts";

/** The C expression of a function of x. Integers pass through float, as in the recorded graph. */
const FUNCTIONS: Readonly<Record<string, (x: string) => string>> = {
  Acos: (x) => `acosf(${x})`,
  Acosh: (x) => `acoshf(${x})`,
  Asin: (x) => `asinf(${x})`,
  Asinh: (x) => `asinhf(${x})`,
  Atan: (x) => `atanf(${x})`,
  Atanh: (x) => `atanhf(${x})`,
  Ceil: (x) => `ceilf(${x})`,
  Cos: (x) => `cosf(${x})`,
  Cosh: (x) => `coshf(${x})`,
  Elu: (x) => `${x} >= 0 ? ${x} : expm1f(${x})`,
  Erf: (x) => `erff(${x})`,
  Exp: (x) => `k_exp(${x})`,
  Expm1: (x) => `expm1f(${x})`,
  Floor: (x) => `floorf(${x})`,
  Log: (x) => `k_log(${x})`,
  Log1p: (x) => `k_log1p(${x})`,
  Reciprocal: (x) => `1 / (float)${x}`,
  Relu: (x) => `${x} < 0 ? 0 : ${x}`,
  Relu6: (x) => `${x} < 0 ? 0 : ${x} > 6 ? 6 : ${x}`,
  Round: (x) => `rintf(${x})`,
  Rsqrt: (x) => `1 / sqrtf(${x})`,
  Selu: (x) => `1.05070098f * (${x} >= 0 ? ${x} : 1.67326324f * expm1f(${x}))`,
  Sigmoid: (x) => `k_sigmoid(${x})`,
  Sign: (x) => `(${x} > 0) - (${x} < 0)`,
  Sin: (x) => `sinf(${x})`,
  Sinh: (x) => `sinhf(${x})`,
  Softplus: (x) => `k_softplus(${x})`,
  Sqrt: (x) => `sqrtf(${x})`,
  Tan: (x) => `(float)tan(${x})`,
  Tanh: (x) => `k_tanh(${x})`,
  Abs: (x) => `${x} < 0 ? -${x} : ${x}`,
  Neg: (x) => `-${x}`,
  Square: (x) => `${x} * ${x}`,
  IsFinite: (x) => `isfinite((float)${x})`,
  IsInf: (x) => `isinf((float)${x}) != 0`,
  IsNan: (x) => `${x} != ${x}`,
  LogicalNot: (x) => `!${x}`,
};

/** Of two operands, broadcast. */
const PAIRS: Readonly<Record<string, (a: string, b: string) => string>> = {
  Add: (a, b) => `${a} + ${b}`,
  Atan2: (a, b) => `atan2f(${a}, ${b})`,
  BitwiseAnd: (a, b) => `${a} & ${b}`,
  Equal: (a, b) => `${a} == ${b}`,
  FloorDiv: (a, b) => `k_int(floor((double)${a} / (double)${b}))`,
  Greater: (a, b) => `${a} > ${b}`,
  GreaterEqual: (a, b) => `${a} >= ${b}`,
  Less: (a, b) => `${a} < ${b}`,
  LessEqual: (a, b) => `${a} <= ${b}`,
  LogicalAnd: (a, b) => `${a} && ${b}`,
  LogicalOr: (a, b) => `${a} || ${b}`,
  Maximum: (a, b) => `k_max(${a}, ${b})`,
  Minimum: (a, b) => `k_min(${a}, ${b})`,
  Mod: (a, b) => `k_mod(${a}, ${b})`,
  Multiply: (a, b) => `${a} * ${b}`,
  NotEqual: (a, b) => `${a} != ${b}`,
  Pow: (a, b) => `powf(${a}, ${b})`,
  RealDiv: (a, b) => `${a} / ${b}`,
  SquaredDifference: (a, b) => `(${a} - ${b}) * (${a} - ${b})`,
  Sub: (a, b) => `${a} - ${b}`,
};

/** Integers have forms of their own where float is not exact. */
const INTEGER_PAIRS: typeof PAIRS = {
  Maximum: (a, b) => `${a} > ${b} ? ${a} : ${b}`,
  Minimum: (a, b) => `${a} < ${b} ? ${a} : ${b}`,
  Mod: (a, b) => `(${a} % ${b} + ${b}) % ${b}`,
};

function unary(name: string, of: (x: string) => string): CRule {
  return (b, inputs, _attrs, [{ dtype }]) => {
    const [x] = Object.values(inputs);
    return b.map(dtype, [x], of, name);
  };
}

function binary(name: string, of: (a: string, b: string) => string): CRule {
  return (builder, { a, b }, _attrs, [{ dtype }]) => {
    const isInteger = a.value.dtype !== "float32" && name in INTEGER_PAIRS;
    return builder.map(dtype, [a, b], isInteger ? INTEGER_PAIRS[name] : of, name);
  };
}

/** The view in another element type. */
export function cast(b: Builder, x: View, dtype: ValueType): View {
  if (x.value.dtype === dtype) return x;
  const isWhole = dtype === "int32" && x.value.dtype === "float32";
  const of = (x: string) => dtype === "bool" ? `${x} != 0` : isWhole ? `k_int(${x})` : x;
  return b.map(dtype, [x], of, "Cast");
}

/** What a fused kernel does after its product: adds the bias, then applies the activation. */
export function epilogue(
  b: Builder,
  product: View,
  { bias, preluActivationWeights: alpha }: Readonly<Record<string, View>>,
  { activation = "linear", leakyreluAlpha }: { activation?: string; leakyreluAlpha?: number },
): View {
  const x = bias === undefined ? product : b.map("float32", [product, bias], PAIRS.Add, "bias");
  if (activation === "linear") return x;
  const name = Object.keys(elementwise).find((name) => name.toLowerCase() === activation)!;
  const inputs = alpha === undefined ? { x } : { x, alpha };
  const result = { shape: x.shape, dtype: "float32" } as const;
  return elementwise[name](b, inputs, { alpha: leakyreluAlpha }, [result]) as View;
}

/** Kernels that compute each element from those of their operands at its place. */
export const elementwise: CRuleTable = {
  ...Object.fromEntries(Object.entries(FUNCTIONS).map(([name, of]) => [name, unary(name, of)])),
  ...Object.fromEntries(Object.entries(PAIRS).map(([name, of]) => [name, binary(name, of)])),
  AddN: (b, inputs, _attrs, [{ dtype }]) =>
    b.map(dtype, Object.values(inputs), (...each) => each.join(" + "), "AddN"),
  Cast: (b, { x }, _attrs, [{ dtype }]) => cast(b, x, dtype),
  ClipByValue: (b, { x }, { clipValueMin, clipValueMax }, [{ dtype }]) => {
    const [low, high] = [clipValueMin, clipValueMax].map((value) => literal(value, dtype));
    return b.map(
      dtype,
      [x],
      (x) => `${x} < ${low} ? ${low} : ${x} > ${high} ? ${high} : ${x}`,
      "Clip",
    );
  },
  EluGrad: (b, { dy, y }) =>
    b.map("float32", [dy, y], (dy, y) => `${y} >= 0 ? ${dy} : ${dy} * (${y} + 1)`, "EluGrad"),
  LeakyRelu: (b, { x }, { alpha }) => {
    const slope = literal(alpha, "float32");
    return b.map("float32", [x], (x) => `${x} < 0 ? ${slope} * ${x} : ${x}`, "LeakyRelu");
  },
  Prelu: (b, { x, alpha }) =>
    b.map("float32", [x, alpha], (x, alpha) => `${x} < 0 ? ${alpha} * ${x} : ${x}`, "Prelu"),
  Select: (b, { condition, t, e }, _attrs, [{ dtype }]) =>
    b.map(dtype, [condition, t, e], (c, t, e) => `${c} ? ${t} : ${e}`, "Select"),
  // 1 where x > 0, alpha elsewhere; NaN stays NaN.
  Step: (b, { x }, { alpha = 0 }, [{ dtype }]) => {
    // Where x is positive its relu is, which the gradient reads anyway: x need not be kept.
    const relu = alpha === 0 && b.known(dtype, [x], FUNCTIONS.Relu);
    if (relu) x = relu;
    const low = literal(alpha, dtype);
    return b.map(dtype, [x], (x) => `${x} > 0 ? 1 : ${x} != ${x} ? ${x} : ${low}`, "Step");
  },
};
