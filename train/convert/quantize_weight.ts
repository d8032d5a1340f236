import { type NdArray, ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import type { Graph } from "../../lib/onnx/mod.ts";

/** The axis of a weight that has an element for each output channel. */
export function channelAxis({ nodes }: Graph, name: string, rank: number): number {
  const reader = nodes.find(({ inputs }) => inputs[1] === name);
  if (reader?.opType === "Conv") return 0;
  // Its kernels are [in, out, ...sizes].
  if (reader?.opType === "ConvTranspose") return 1;
  return reader?.opType === "Gemm" && reader.attributes.transB === 1 ? 0 : rank - 1;
}

/**
 * Integers from -127 to 127, and the step of each channel `[channels]`: a weight is rounded by at most
 * half a step.
 *
 * @param axis Of the channels.
 */
export function quantizeWeight(
  { shape, data }: NdArray<"float32">,
  axis: number,
): { codes: NdArray<"int8">; steps: NdArray<"float32"> } {
  const inner = sizeOf(shape.slice(axis + 1));
  const channelOf = (i: number) => Math.floor(i / inner) % shape[axis];
  const steps = new Float32Array(shape[axis]);
  data.forEach((value, i) => {
    const channel = channelOf(i);
    steps[channel] = Math.max(steps[channel], Math.abs(value));
  });
  // A channel of zeros has any step.
  steps.forEach((largest, channel) => steps[channel] = largest / 127 || 1);
  return {
    codes: ndarray(
      "int8",
      shape,
      Int8Array.from(data, (value, i) => Math.round(value / steps[channelOf(i)])),
    ),
    steps: ndarray("float32", [shape[axis]], steps),
  };
}
