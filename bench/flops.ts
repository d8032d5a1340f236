import { sizeOf } from "../lib/array/ndarray.ts";
import { recordedKernels, type Recording } from "../train/record/mod.ts";

/**
 * Additions and multiplications of the products and convolutions of a recording, two for each term
 * of a sum, those with the zeros of margins among them. What else it computes does not count.
 */
export function flopsOf(recording: Recording): number {
  return recordedKernels(recording).reduce((sum, { kernel, inputs, outputs, attrs }) => {
    const [{ shape }] = outputs;
    const { a, x, dy, filter } = inputs;
    if (/MatMul$/.test(kernel)) {
      const { transposeA } = attrs as { transposeA?: boolean };
      return sum + 2 * sizeOf(shape) * a.shape.at(transposeA ? -2 : -1)!;
    }
    if (!/^(Fused)?(Depthwise)?Conv[23]/i.test(kernel)) return sum;
    // Of each element of the result, or of its gradient, a term for each number that it weighs.
    const filterShape = kernel.includes("BackpropFilter") ? shape : filter.shape;
    const results = dy === undefined ? shape : dy.shape;
    const others = /Depthwise/.test(kernel) ? filterShape.slice(0, -2) : filterShape.slice(0, -1);
    if (x === undefined && dy === undefined) throw new Error(`Cannot count ${kernel}`);
    return sum + 2 * sizeOf(results) * sizeOf(others);
  }, 0);
}
