import { sizeOf } from "../../../lib/array/ndarray.ts";
import { util } from "@tensorflow/tfjs-core";
import type { Builder } from "../program/builder.ts";
import { literal } from "../program/views.ts";
import type { Combine, ValueType, View } from "../program/ir.ts";
import { cast } from "./elementwise.ts";
import type { CRule, CRuleTable } from "./rule.ts";

/** Reduces x over `axis`, all axes where it is not given; in the dtype `through`. */
function reduction(combine: Combine, through?: ValueType): CRule {
  return (b, { x }, { axis, reductionIndices }, [{ shape, dtype }]) => {
    const axes = util.parseAxisParam(axis ?? reductionIndices, [...x.shape]);
    const type = through ?? (x.value.dtype === "bool" ? "int32" : x.value.dtype);
    const result = b.reduce(cast(b, x, type), axes, combine);
    return cast(b, b.reshape(result, shape), dtype);
  };
}

/** The mean over axes, which stay as axes of size 1. */
export function mean(b: Builder, x: View, axes: readonly number[]): View {
  const count = sizeOf(axes.map((axis) => x.shape[axis]));
  const sum = b.reduce(cast(b, x, "float32"), axes, "sum");
  return b.map("float32", [sum], (sum) => `${sum} / ${literal(count, "float32")}`, "mean");
}

/** Runs loops along `axis`, for each place `o` before it and `i` after it; `at` says where k is. */
function alongAxis(
  label: string,
  loops: (
    names: { x: string; y: string; size: number; at: (k: string) => string; result: string },
    // deno-lint-ignore no-explicit-any -- each kernel's own type
    attrs: any,
  ) => string,
): CRule {
  return (b, { x }, attrs, [result]) => {
    const [along] = util.parseAxisParam(attrs.axis, [...x.shape]);
    const [outer, inner] = [sizeOf(x.shape.slice(0, along)), sizeOf(x.shape.slice(along + 1))];
    const size = x.shape[along];
    const at = (k: string) => `(o * ${size} + ${k}) * ${inner} + i`;
    return b.call({
      label,
      operands: [b.whole(x)],
      work: { rows: outer },
      byRow: [true],
      body: ({ operands: [x], results: [y] }) =>
        `for (long o = from; o < to; o++)
  for (long i = 0; i < ${inner}; i++) {
${loops({ x, y, size, at, result: `${y}[o * ${inner} + i]` }, attrs)}
  }`,
    }, [result]);
  };
}

/** The first index of the largest or smallest element along `axis`; nothing beats a NaN that is first. */
const argument = (label: string, isBetter: "<" | ">") =>
  alongAxis(label, ({ x, size, at, result }) =>
    `    long best = 0;
    for (long k = 1; k < ${size}; k++) {
      const float a = ${x}[${at("k")}], top = ${x}[${at("best")}];
      if (a ${isBetter} top) best = k;
    }
    ${result} = best;`);

/** y[i] = x[0] to x[i] combined, or to x[i - 1] if exclusive. */
const cumulative = (label: string, operator: "+" | "*", start: number) =>
  alongAxis(label, ({ x, y, size, at }, { exclusive, reverse }) => {
    const place = at(reverse ? `${size - 1} - k` : "k");
    return `    __typeof__(*${y}) total = ${start};
    for (long k = 0; k < ${size}; k++) {
      const __typeof__(*${y}) before = total;
      total = total ${operator} ${x}[${place}];
      ${y}[${place}] = ${exclusive ? "before" : "total"};
    }`;
  });

/** Kernels that fold axes away, or go along one. */
export const reductions: CRuleTable = {
  Sum: reduction("sum"),
  Prod: reduction("product"),
  Max: reduction("max"),
  Min: reduction("min"),
  All: reduction("min", "bool"),
  Any: reduction("max", "bool"),
  Mean: (b, { x }, { axis }, [{ shape }]) =>
    b.reshape(mean(b, x, util.parseAxisParam(axis, [...x.shape])), shape),
  ArgMax: argument("ArgMax", ">"),
  ArgMin: argument("ArgMin", "<"),
  Cumsum: cumulative("Cumsum", "+", 0),
  Cumprod: cumulative("Cumprod", "*", 1),
  // exp(x - max x) over its sum along `dim`
  Softmax: (b, { logits }, { dim }) => {
    const axes = util.parseAxisParam(dim, [...logits.shape]);
    const top = b.reduce(logits, axes, "max");
    const powers = b.map("float32", [logits, top], (x, top) => `k_exp(${x} - ${top})`, "exp");
    const sum = b.reduce(powers, axes, "sum");
    return b.map("float32", [powers, sum], (x, sum) => `${x} / ${sum}`, "Softmax");
  },
  // (x - mean) / sqrt(variance + epsilon) * scale + offset
  FusedBatchNorm: (b, { x, mean, variance, scale, offset }, { varianceEpsilon = 0.001 }) => {
    const epsilon = literal(varianceEpsilon, "float32");
    const factor = b.map(
      "float32",
      scale === undefined ? [variance] : [variance, scale],
      (variance, scale = "1") => `${scale} / sqrtf(${variance} + ${epsilon})`,
      "scale",
    );
    const operands = offset === undefined ? [x, mean, factor] : [x, mean, factor, offset];
    return b.map(
      "float32",
      operands,
      (x, mean, factor, offset = "0") => `(${x} - ${mean}) * ${factor} + ${offset}`,
      "batch norm",
    );
  },
};
