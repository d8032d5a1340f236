import { backend_util, kernel_impls, type TypedArray, util } from "@tensorflow/tfjs-core";
import { constant, op } from "../recording/operation.ts";
import {
  type Attrs,
  type Inputs,
  type Recorded,
  recorded,
  type RuleTable,
} from "../recording/recorded.ts";

/**
 * The values of a tensor that decide the shape of a result.
 *
 * @throws {Error} If they are the result of a recorded operation.
 */
function values({ source, dtype, shape }: Recorded): TypedArray {
  if (source.kind !== "constant") {
    throw new Error(
      `Cannot record a kernel whose result has a shape that depends on values: those of ${dtype}[${shape}] are not known while recording, await its data() first or use the kernel's async form`,
    );
  }
  return source.array.data as TypedArray;
}

function list(numbers: readonly number[], dtype: "int32" | "float32" = "int32"): Recorded {
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

/** What every form of non-maximum suppression takes. */
function suppression(
  { boxes, scores }: Inputs,
  { maxOutputSize, iouThreshold, scoreThreshold }: Attrs,
): [TypedArray, TypedArray, number, number, number] {
  return [values(boxes), values(scores), maxOutputSize, iouThreshold, scoreThreshold];
}

/**
 * Kernels whose result has a shape that depends on values. A recording has none to look at, so they
 * are computed while recording, from values that are known.
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
  NonMaxSuppressionV3: (inputs, attrs) => {
    const { selectedIndices } = kernel_impls.nonMaxSuppressionV3Impl(...suppression(inputs, attrs));
    return list(selectedIndices);
  },
  NonMaxSuppressionV4: (inputs, attrs) => {
    const { selectedIndices, validOutputs } = kernel_impls.nonMaxSuppressionV4Impl(
      ...suppression(inputs, attrs),
      attrs.padToMaxOutputSize,
    );
    return [list(selectedIndices), recorded(constant("int32", [], [validOutputs!]), [], "int32")];
  },
  NonMaxSuppressionV5: (inputs, attrs) => {
    const { selectedIndices, selectedScores } = kernel_impls.nonMaxSuppressionV5Impl(
      ...suppression(inputs, attrs),
      attrs.softNmsSigma,
    );
    return [list(selectedIndices), list(selectedScores!, "float32")];
  },
};
