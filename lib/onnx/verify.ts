import type { NdArray } from "../array/ndarray.ts";

/** How far two runs of one computation lie apart in one output. */
export interface Difference {
  /** The output. */
  readonly name: string;
  /** The greatest absolute difference of two elements. */
  readonly absoluteDifference: number;
  /** That difference as a part of the greatest expected element, or of 1e-3 where that is smaller. */
  readonly relativeDifference: number;
}

/** Outputs smaller than this throughout are as good as zero. */
const MIN_SCALE = 1e-3;

/**
 * Compares arrays by name: each relative to its own scale, as rounding is.
 *
 * @throws {RangeError} If an array is missing or has another shape.
 */
export function differences(
  actual: Readonly<Record<string, NdArray>>,
  expected: Readonly<Record<string, NdArray>>,
): Difference[] {
  return Object.entries(expected).map(([name, { shape, data }]) => {
    const other = actual[name];
    if (other === undefined || `${other.shape}` !== `${shape}`) {
      throw new RangeError(
        `Cannot compare "${name}": its shape is [${
          other?.shape ?? "missing"
        }], expected [${shape}]`,
      );
    }
    let absoluteDifference = 0;
    let scale = MIN_SCALE;
    for (let i = 0; i < data.length; i++) {
      const wanted = Number(data[i]);
      const given = Number(other.data[i]);
      if (Number.isFinite(wanted)) scale = Math.max(scale, Math.abs(wanted));
      // Equal infinities have no difference that is a number.
      if (given === wanted) continue;
      const absolute = Math.abs(given - wanted);
      // Written so that a NaN counts as a difference.
      if (!(absolute <= absoluteDifference)) absoluteDifference = absolute;
    }
    const relativeDifference = absoluteDifference / scale;
    return { name, absoluteDifference, relativeDifference };
  });
}

/** The greatest differences of each output over several comparisons. */
export function greatestDifferences(found: readonly Difference[]): Difference[] {
  const greatest = new Map<string, Difference>();
  for (const { name, absoluteDifference, relativeDifference } of found) {
    const other = greatest.get(name);
    greatest.set(name, {
      name,
      // NaN stays what it is.
      absoluteDifference: Math.max(absoluteDifference, other?.absoluteDifference ?? 0),
      relativeDifference: Math.max(relativeDifference, other?.relativeDifference ?? 0),
    });
  }
  return [...greatest.values()];
}
