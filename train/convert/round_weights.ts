import { type NdArray, ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import type { Graph } from "../../lib/onnx/mod.ts";
import { replaceWeights } from "./replace_weights.ts";

/** In how many bits weights are stored: integers with a step for each channel, or short floats. */
export type WeightBits = "int8" | "float16";

/** Weights with fewer elements, such as biases, cost little and decide much. */
const LEAST_ELEMENTS = 64;

/**
 * Stores the weights of a graph in fewer bits, and computes the float32 ones from them. `int8` rounds each by at most half a step, which is
 * 1/254 of the greatest weight of its output channel; `float16` keeps eleven binary digits.
 */
export function roundWeights(graph: Graph, bits: WeightBits): Graph {
  return replaceWeights(graph, (name, array, { store, node, float }) => {
    const { shape, data } = array;
    if (shape.length < 2 || data.length < LEAST_ELEMENTS) return false;
    if (bits === "float16") {
      float(store(`${name}/${bits}`, ndarray(bits, shape, Float16Array.from(data))));
      return;
    }
    const { codes, steps } = quantize(array, channelAxis(graph, name, shape.length));
    const stored = float(store(`${name}/${bits}`, codes), `${name}/codes`);
    node("Mul", [stored, store(`${name}/steps`, steps)]);
  });
}

/** The axis of a weight that has an element for each output channel. */
function channelAxis({ nodes }: Graph, name: string, rank: number): number {
  const reader = nodes.find(({ inputs }) => inputs[1] === name);
  if (reader?.opType === "Conv") return 0;
  // Its kernels are [in, out, ...sizes].
  if (reader?.opType === "ConvTranspose") return 1;
  return reader?.opType === "Gemm" && reader.attributes.transB === 1 ? 0 : rank - 1;
}

/** Integers from -127 to 127, and the step of each channel, in the shape that broadcasts. */
function quantize({ shape, data }: NdArray<"float32">, axis: number) {
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
    steps: ndarray("float32", shape.map((size, i) => i === axis ? size : 1), steps),
  };
}
