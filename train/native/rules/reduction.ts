import { sizeOf } from "../../../lib/array/ndarray.ts";
import { util } from "@tensorflow/tfjs-core";
import type { Builder } from "../program/builder.ts";
import { literal } from "../program/views.ts";
import { C_TYPES, type Combine, type ValueType, type View } from "../program/ir.ts";
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

/** The first index of the largest or smallest element along `axis`; NaN loses against all others. */
function argument(isBetter: "<" | ">"): CRule {
  return (b, { x }, { axis }, [result]) => {
    const [along] = util.parseAxisParam(axis, [...x.shape]);
    const [outer, size, inner] = threeAxes(x.shape, along);
    return b.call({
      label: isBetter === ">" ? "ArgMax" : "ArgMin",
      operands: [b.whole(x)],
      work: { rows: outer },
      byRow: [true],
      body: ({ operands: [x], results: [y] }) =>
        `for (long o = from; o < to; o++)
  for (long i = 0; i < ${inner}; i++) {
    long best = 0;
    for (long k = 1; k < ${size}; k++) {
      const float a = ${x}[(o * ${size} + k) * ${inner} + i];
      const float top = ${x}[(o * ${size} + best) * ${inner} + i];
      if (a ${isBetter} top || (top != top && a == a)) best = k;
    }
    ${y}[o * ${inner} + i] = best;
  }`,
    }, [result]);
  };
}

/** The sizes before an axis, of it, and after it. */
function threeAxes(shape: readonly number[], axis: number): [number, number, number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis], sizeOf(shape.slice(axis + 1))];
}

/** y[i] = x[0] to x[i] combined, or to x[i - 1] if exclusive. */
function cumulative(operator: "+" | "*", start: number): CRule {
  return (b, { x }, { axis, exclusive, reverse }, [result]) => {
    const [along] = util.parseAxisParam(axis, [...x.shape]);
    const [outer, size, inner] = threeAxes(x.shape, along);
    const place = `(o * ${size} + ${reverse ? `${size - 1} - k` : "k"}) * ${inner} + i`;
    return b.call({
      label: operator === "+" ? "Cumsum" : "Cumprod",
      operands: [b.whole(x)],
      work: { rows: outer },
      byRow: [true],
      body: ({ operands: [x], results: [y] }) =>
        `for (long o = from; o < to; o++)
  for (long i = 0; i < ${inner}; i++) {
    ${C_TYPES[result.dtype]} total = ${start};
    for (long k = 0; k < ${size}; k++) {
      const ${C_TYPES[result.dtype]} before = total;
      total = total ${operator} ${x}[${place}];
      ${y}[${place}] = ${exclusive ? "before" : "total"};
    }
  }`,
    }, [result]);
  };
}

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
  ArgMax: argument(">"),
  ArgMin: argument("<"),
  Cumsum: cumulative("+", 0),
  Cumprod: cumulative("*", 1),
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
