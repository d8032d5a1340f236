import { checkConstraints, isNumberAbove, isOneOf, isOptional } from "../constraints.ts";
import { InputError } from "../input_error.ts";
import { erf } from "../array/linalg.ts";
import type { Operators, Value } from "../onnx/mod.ts";
import { type Points, readPoints } from "../mixture/rows.ts";

/** The ways to squash a latent space before a mixture is fitted to it. */
export type TransformName = "none" | "erf" | "tanh" | "disc";

/**
 * An invertible map `u = f((z - mean) / (std · scale))` of the latent space. A variational
 * auto-encoder fills a normal distribution, in which classes are wedges that meet in its thin
 * outskirts; squashed by the distribution function of the prior they become compact, and a mixture
 * finds them.
 */
export interface LatentTransform {
  readonly name: TransformName;
  /** `[latentDim]`. */
  readonly mean: readonly number[];
  /** `[latentDim]`. */
  readonly std: readonly number[];
  readonly scale: number;
}

/** A squashing function f: in float64, and as ONNX nodes. */
interface Squash {
  /** The scale that is taken unless another is asked for. */
  readonly scale: number;
  /** Replaces t `[latentDim]` by `f(t)` and returns `log |det ∂f/∂t|`. */
  readonly apply: (t: Float64Array) => number;
  /** The same for t `[batch, latentDim]`: u of that shape, and the logarithm `[batch]`. */
  readonly graph: (op: Operators<Value>, t: Value, latentDim: number) => {
    u: Value;
    logDeterminant: Value;
  };
}

/** The squashing functions by name. */
const SQUASHES: Readonly<Record<TransformName, Squash>> = {
  // f(t) = t
  none: {
    scale: 1,
    apply: () => 0,
    graph: (op, t) => ({ u: t, logDeterminant: sumAxes(op, op.Mul(t, 0)) }),
  },
  // f(t) = erf(t); with a scale of √2 it is 2 Φ(z) - 1, uniform where z is normal.
  // log f' = log 2/√π - t²
  erf: {
    scale: Math.SQRT2,
    apply: (t) => mapAxes(t, erf, (value) => LOG_ERF_SLOPE - value * value),
    graph: (op, t) => ({
      u: op.Erf(t),
      logDeterminant: sumAxes(op, op.Sub(LOG_ERF_SLOPE, op.Mul(t, t))),
    }),
  },
  // f(t) = tanh t; log f' = 2 (log 2 - |t| - log(1 + exp(-2|t|)))
  tanh: {
    scale: 1.5,
    apply: (t) =>
      mapAxes(t, Math.tanh, (value) => {
        const size = Math.abs(value);
        return 2 * (Math.LN2 - size - Math.log1p(Math.exp(-2 * size)));
      }),
    graph: (op, t) => {
      const size = op.Abs(t);
      const rest = op.Add(size, op.Softplus(op.Mul(size, -2)));
      return {
        u: op.Tanh(t),
        logDeterminant: sumAxes(op, op.Mul(op.Sub(Math.LN2, rest), 2)),
      };
    },
  },
  // f(t) = t √((1 - exp(-r²)) / r²) with r = |t|; with a scale of √2 uniform on the disc where z is
  // normal in the plane. log |det f'| = -r² + (d/2 - 1) log((1 - exp(-r²)) / r²)
  disc: {
    scale: Math.SQRT2,
    apply: (t) => {
      const square = Math.max(t.reduce((sum, value) => sum + value * value, 0), SMALLEST_SQUARE);
      const shrinkage = -Math.expm1(-square) / square;
      for (let i = 0; i < t.length; i++) t[i] *= Math.sqrt(shrinkage);
      return -square + (t.length / 2 - 1) * Math.log(shrinkage);
    },
    graph: (op, t, latentDim) => {
      const sum = op.ReduceSum(op.Mul(t, t), [1], { keepdims: 1 });
      const square = op.Max(sum, SMALLEST_SQUARE);
      // 1 - exp(-s) = 2 tanh(s/2) / (1 + tanh(s/2)), which keeps its digits for a small s.
      const half = op.Tanh(op.Mul(square, 0.5));
      const shrinkage = op.Div(op.Div(op.Mul(half, 2), op.Add(half, 1)), square);
      const rest = op.Mul(op.Log(shrinkage), latentDim / 2 - 1);
      return {
        u: op.Mul(t, op.Sqrt(shrinkage)),
        logDeterminant: sumAxes(op, op.Sub(rest, square)),
      };
    },
  },
};

/** The names of the transforms. */
export const TRANSFORM_NAMES = Object.keys(SQUASHES) as readonly TransformName[];

/** @throws {InputError} If there is no such transform, or the scale is none. */
function checkTransform(
  options: { name: string; scale: number | undefined },
  action: string,
): void {
  checkConstraints(options, [
    ["name", `one of ${TRANSFORM_NAMES.join(", ")}`, isOneOf(TRANSFORM_NAMES)],
    ["scale", "a number above 0", isOptional(isNumberAbove(0))],
  ], action);
}

const LOG_ERF_SLOPE = Math.log(2 / Math.sqrt(Math.PI));

/** Stands for r² at the origin, where it would divide 0 by 0; float32 holds it. */
const SMALLEST_SQUARE = 1e-30;

/**
 * A transform centred and scaled by the mean and standard deviation of latents
 * `[count, latentDim]`. An axis on which they do not vary keeps its scale.
 */
export function fitTransform(
  name: TransformName,
  latents: Points,
  { scale: given }: { scale?: number | undefined } = {},
): LatentTransform {
  const { x, count, features } = readPoints(latents, "fit transform");
  checkTransform({ name, scale: given }, "fit transform");
  const scale = given ?? SQUASHES[name].scale;
  const mean = new Array<number>(features).fill(0);
  const std = new Array<number>(features).fill(0);
  for (let i = 0; i < x.length; i++) mean[i % features] += x[i] / count;
  for (let i = 0; i < x.length; i++) std[i % features] += (x[i] - mean[i % features]) ** 2 / count;
  return { name, mean, std: std.map((variance) => Math.sqrt(variance) || 1), scale };
}

/**
 * Applies a transform to latents `[count, latentDim]`.
 *
 * @returns u `[count, latentDim]`, and `log |det ∂u/∂z|` `[count]`: what a log density of u needs
 * added to be one of z.
 */
export function transformLatents(
  { name, mean, std, scale }: LatentTransform,
  latents: Points,
): { u: Float64Array; logDeterminant: Float64Array } {
  const { x, count, features } = readPoints(latents, "transform latents");
  checkTransform({ name, scale }, "transform latents");
  if (mean.length !== features || std.length !== features || ![...mean, ...std].every(isFinite)) {
    throw new InputError(
      `Cannot transform latents: they have ${features} axes, the transform has the means ${mean} and the deviations ${std}`,
    );
  }
  const { apply } = SQUASHES[name];
  const logScale = std.reduce((sum, value) => sum + Math.log(value * scale), 0);
  const logDeterminant = new Float64Array(count);
  const u = new Float64Array(x.length);
  for (let row = 0; row < count; row++) {
    const point = u.subarray(row * features, (row + 1) * features);
    for (let j = 0; j < features; j++) {
      point[j] = (x[row * features + j] - mean[j]) / (std[j] * scale);
    }
    logDeterminant[row] = apply(point) - logScale;
  }
  return { u, logDeterminant };
}

/** {@linkcode transformLatents} as ONNX nodes, for latents `[batch, latentDim]`. */
export function appendTransform(
  op: Operators<Value>,
  latents: Value,
  { transform: { name, mean, std, scale }, constant }: {
    transform: LatentTransform;
    /** Makes a float32 constant of one axis. */
    constant: (values: readonly number[]) => Value;
  },
): { u: Value; logDeterminant: Value } {
  const scales = std.map((value) => value * scale);
  const t = op.Div(op.Sub(latents, constant(mean)), constant(scales));
  const { u, logDeterminant } = SQUASHES[name].graph(op, t, mean.length);
  const logScale = scales.reduce((sum, value) => sum + Math.log(value), 0);
  return { u, logDeterminant: op.Sub(logDeterminant, logScale) };
}

/** Applies a function to each axis, and sums the logarithms of its slopes. */
function mapAxes(
  t: Float64Array,
  map: (value: number) => number,
  logSlope: (value: number) => number,
): number {
  let sum = 0;
  for (let i = 0; i < t.length; i++) {
    sum += logSlope(t[i]);
    t[i] = map(t[i]);
  }
  return sum;
}

function sumAxes(op: Operators<Value>, values: Value): Value {
  return op.ReduceSum(values, [1], { keepdims: 0 });
}
