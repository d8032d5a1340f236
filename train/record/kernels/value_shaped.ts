import { backend_util, type TypedArray, util } from "@tensorflow/tfjs-core";
import { computeAtOnce } from "../evaluate/at_once.ts";
import { constant, dependsOnInput, op, resolve } from "../recording/operation.ts";
import { type Recorded, recorded, type RuleTable } from "../recording/recorded.ts";

/**
 * The values of a tensor that decide the shape of a result.
 *
 * @throws {Error} If they are the result of a recorded operation.
 */
export function values(x: Recorded): TypedArray {
  const { dtype, shape } = x;
  const source = resolve(x.source);
  if (dependsOnInput(source)) {
    throw new Error(
      `Cannot record a kernel whose result has a shape that depends on values: those of ${dtype}[${shape}] are not known while recording`,
    );
  }
  return (source.kind === "constant" ? source.array : computeAtOnce(x)).data as TypedArray;
}

/** A list of numbers that are known. */
export function list(numbers: readonly number[], dtype: "int32" | "float32" = "int32"): Recorded {
  return recorded(constant(dtype, [numbers.length], numbers), [numbers.length], dtype);
}

/** Each element of an axis the first time it appears, and for all of them which one that is. */
function unique(x: Recorded, axis: number): { first: number[]; indices: number[] } {
  const data = values(x);
  const outer = util.sizeFromShape(x.shape.slice(0, axis));
  const inner = util.sizeFromShape(x.shape.slice(axis + 1));
  const places = new Map<string, number>();
  const first: number[] = [];
  const indices = Array.from({ length: x.shape[axis] }, (_, i) => {
    const element: number[] = [];
    for (let o = 0; o < outer; o++) {
      for (let k = 0; k < inner; k++) element.push(data[(o * x.shape[axis] + i) * inner + k]);
    }
    const key = element.join();
    if (!places.has(key)) places.set(key, first.push(i) - 1);
    return places.get(key)!;
  });
  return { first, indices };
}

/**
 * Kernels whose result has a shape that depends on values, which are computed while recording, from
 * values that are known.
 */
export const valueShaped: RuleTable = {
  BroadcastArgs: ({ s0, s1 }) =>
    list(backend_util.assertAndGetBroadcastShape(Array.from(values(s0)), Array.from(values(s1)))),
  Unique: ({ x }, { axis }) => {
    const [along] = util.parseAxisParam(axis, [...x.shape]);
    const { first, indices } = unique(x, along);
    const shape = x.shape.map((size, i) => i === along ? first.length : size);
    const source = op.Gather(x.source, [...first], { axis: along });
    return [recorded(source, shape, x.dtype), list(indices)];
  },
};
