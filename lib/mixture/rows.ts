import { InputError } from "../input_error.ts";
import type { NdArray } from "../array/ndarray.ts";

/** What a mixture is fitted to: rows of numbers, their weights and what is known of them. */
export interface Rows {
  /** Row-major `[count, features]`. */
  readonly x: Float64Array;
  readonly count: number;
  readonly features: number;
  /** `[count]`, all above 0. */
  readonly weights: Float64Array;
  /** The group whose components alone may claim a row, or -1 where any may; `[count]`. */
  readonly groups?: Int32Array;
}

/** Two-dimensional numbers, as every function here takes them: `[count, features]`. */
export type Points = NdArray<"float64"> | NdArray<"float32">;

/** The squared distances of larger numbers overflow, and every density becomes 0. */
const LARGEST = 1e100;

/**
 * Numbers as float64, checked.
 *
 * @param action What is being done, for the message: `"fit mixture"`.
 * @throws {InputError} If a value is not finite or above 1e100, or the shape is not `[count, features]`.
 */
export function readPoints(
  points: Points,
  action: string,
): { x: Float64Array; count: number; features: number } {
  if (!Array.isArray(points?.shape) || points.data === undefined) {
    throw new InputError(
      `Cannot ${action}: the data are no array of ndarray(), such as ndarray("float64", [2, 1], Float64Array.of(1, 2))`,
    );
  }
  const [count, features] = points.shape;
  if (points.shape.length !== 2 || features < 1) {
    throw new InputError(
      `Cannot ${action}: the data have shape [${points.shape}], [count, features] is needed`,
    );
  }
  const x = points.data instanceof Float64Array ? points.data : Float64Array.from(points.data);
  const fault = x.findIndex((value) => !(Math.abs(value) <= LARGEST));
  if (fault >= 0) {
    throw new InputError(
      `Cannot ${action}: row ${Math.floor(fault / features)} holds ${x[fault]}, ` +
        `finite numbers are needed, of at most ${LARGEST}`,
    );
  }
  return { x, count, features };
}

/**
 * The rows that count: those of weight 0 are left out, so that they can have no effect at all.
 *
 * @throws {InputError} If the points, weights or groups cannot be used.
 */
export function weightedRows(
  points: Points,
  { sampleWeight, groups }: {
    sampleWeight?: ArrayLike<number> | undefined;
    groups?: Int32Array | undefined;
  } = {},
): Rows {
  const { x, count, features } = readPoints(points, "fit mixture");
  const weights = sampleWeight === undefined
    ? new Float64Array(count).fill(1)
    : Float64Array.from(sampleWeight);
  if (weights.length !== count || (groups !== undefined && groups.length !== count)) {
    const found = weights.length !== count ? weights.length : groups!.length;
    throw new InputError(
      `Cannot fit mixture: ${found} row weights or groups are given, ${count} are needed`,
    );
  }
  const fault = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (fault >= 0) {
    throw new InputError(
      `Cannot fit mixture: row ${fault} has weight ${weights[fault]}, 0 or more is needed`,
    );
  }
  const kept = Array.from(weights.keys()).filter((row) => weights[row] > 0);
  if (kept.length === count) {
    return { x, count, features, weights, ...(groups !== undefined && { groups }) };
  }
  const keptX = new Float64Array(kept.length * features);
  kept.forEach((row, i) =>
    keptX.set(x.subarray(row * features, (row + 1) * features), i * features)
  );
  return {
    x: keptX,
    count: kept.length,
    features,
    weights: Float64Array.from(kept, (row) => weights[row]),
    ...(groups !== undefined && { groups: Int32Array.from(kept, (row) => groups[row]) }),
  };
}

/** A warning if there are fewer distinct rows than components: scikit-learn goes on, too. */
export function rowWarnings({ x, features }: Rows, nComponents: number): string[] {
  const found: Float64Array[] = [];
  for (let at = 0; at < x.length && found.length < nComponents; at += features) {
    const row = x.subarray(at, at + features);
    if (!found.some((other) => other.every((value, j) => value === row[j]))) found.push(row);
  }
  if (found.length === nComponents) return [];
  return [
    `there are ${found.length} distinct rows for ${nComponents} components, some of which are alike`,
  ];
}
