import { ndarray } from "../../lib/array/ndarray.ts";
import type { Graph } from "../../lib/onnx/mod.ts";
import { channelAxis, quantizeWeight } from "./quantize_weight.ts";
import { replaceWeights } from "./replace_weights.ts";

/** In how many bits weights are stored: integers with a step for each channel, or short floats. */
export type WeightBits = "int8" | "float16";

/** Weights with fewer elements, such as biases, cost little and decide much. */
export const LEAST_ELEMENTS = 64;

/**
 * Stores the weights of a graph in fewer bits, and computes the float32 ones from them. `int8` rounds
 * each by at most half a step, which is 1/254 of the greatest weight of its output channel; `float16`
 * keeps eleven binary digits.
 */
export function roundWeights(graph: Graph, bits: WeightBits): Graph {
  return replaceWeights(graph, (name, array, { store, node, float }) => {
    const { shape, data } = array;
    if (shape.length < 2 || data.length < LEAST_ELEMENTS) return false;
    if (bits === "float16") {
      float(store(`${name}/${bits}`, ndarray(bits, shape, Float16Array.from(data))));
      return;
    }
    const axis = channelAxis(graph, name, shape.length);
    const { codes, steps } = quantizeWeight(array, axis);
    const stored = float(store(`${name}/${bits}`, codes), `${name}/codes`);
    const broadcast = { ...steps, shape: shape.map((size, i) => i === axis ? size : 1) };
    node("Mul", [stored, store(`${name}/steps`, broadcast)]);
  });
}
