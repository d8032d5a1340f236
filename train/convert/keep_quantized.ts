import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { type Graph, type Node, onnxDataType } from "../../lib/onnx/mod.ts";
import type { StoredWeight } from "./read_model.ts";

/**
 * Stores weights in the bits that the model's own file has for them, and computes them from those:
 * `scale * code + min`, or a cast. ONNX Runtime does so once, when it opens the file.
 *
 * @param stored How each weight is stored, by its name in the graph.
 */
export function keepQuantized(graph: Graph, stored: ReadonlyMap<string, StoredWeight>): Graph {
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  const add = (opType: string, inputs: string[], output: string, attributes = {}) =>
    nodes.push({ opType, domain: "", inputs, outputs: [output], attributes });
  const scalar = (name: string, value: number) => {
    initializers.set(name, ndarray("float32", [], Float32Array.of(value)));
    return name;
  };
  const to = onnxDataType("float32");
  for (const [name, weight] of stored) {
    const array = graph.initializers.get(name);
    if (array === undefined || array.dtype !== "float32") continue;
    initializers.delete(name);
    const codes = `${name}/${weight.dtype}`;
    initializers.set(codes, encode(array as NdArray<"float32">, weight));
    if (weight.dtype === "float16") {
      add("Cast", [codes], name, { to });
      continue;
    }
    add("Cast", [codes], `${name}/codes`, { to });
    add("Mul", [`${name}/codes`, scalar(`${name}/scale`, weight.scale)], `${name}/scaled`);
    add("Add", [`${name}/scaled`, scalar(`${name}/min`, weight.min)], name);
  }
  return { ...graph, initializers, nodes: [...nodes, ...graph.nodes] };
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
