import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import type { Graph } from "../../lib/onnx/mod.ts";
import type { StoredWeight } from "./read_model.ts";
import { replaceWeights } from "./replace_weights.ts";

/**
 * Stores weights in the bits that the model's own file has for them, and computes them from those:
 * `scale * code + min`, or a cast. ONNX Runtime does so once, when it opens the file.
 *
 * @param stored How each weight is stored, by its name in the graph.
 */
export function keepQuantized(graph: Graph, stored: ReadonlyMap<string, StoredWeight>): Graph {
  return replaceWeights(graph, (name, array, { store, number, node, float }) => {
    const weight = stored.get(name);
    if (weight === undefined) return false;
    const codes = store(`${name}/${weight.dtype}`, encode(array, weight));
    if (weight.dtype === "float16") float(codes);
    else {
      const { scale, min } = weight;
      const scaled = node(
        "Mul",
        [float(codes, `${name}/codes`), number(`${name}/scale`, scale)],
        `${name}/scaled`,
      );
      node("Add", [scaled, number(`${name}/min`, min)]);
    }
  });
}

/** The codes of which the elements were computed. */
function encode({ shape, data }: NdArray<"float32">, weight: StoredWeight): NdArray {
  if (weight.dtype === "float16") return ndarray("float16", shape, Float16Array.from(data));
  const { dtype, scale, min } = weight;
  const code = (value: number) => Math.round((value - min) / (scale || 1));
  return dtype === "uint8"
    ? ndarray(dtype, shape, Uint8Array.from(data, code))
    : ndarray(dtype, shape, Uint16Array.from(data, code));
}
