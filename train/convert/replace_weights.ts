import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { type Graph, type Node, onnxDataType } from "../../lib/onnx/mod.ts";

/** How a weight is computed from what is stored in its place. */
export interface Replacement {
  /** Stores an array; gives its name. */
  store(name: string, array: NdArray): string;
  /** Stores one number; gives its name. */
  number(name: string, value: number): string;
  /** Adds a node with one output, which is the weight itself unless named; gives its name. */
  node(opType: string, inputs: readonly string[], output?: string): string;
  /** Casts to float32. */
  float(input: string, output?: string): string;
}

/**
 * Computes weights of a graph from what is stored in their place, which ONNX Runtime does once, when
 * it opens the file.
 *
 * @param replace Stores and computes a weight, or gives `false` for one that stays.
 */
export function replaceWeights(
  graph: Graph,
  replace: (name: string, array: NdArray<"float32">, how: Replacement) => void | false,
): Graph {
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  for (const [name, array] of graph.initializers) {
    if (array.dtype !== "float32") continue;
    const node = (opType: string, inputs: readonly string[], output: string, attributes = {}) => {
      nodes.push({ opType, domain: "", inputs, outputs: [output], attributes });
      return output;
    };
    const store = (name: string, array: NdArray) => {
      initializers.set(name, array);
      return name;
    };
    const replaced = replace(name, array as NdArray<"float32">, {
      store,
      number: (name, value) => store(name, ndarray("float32", [], Float32Array.of(value))),
      node: (opType, inputs, output = name) => node(opType, inputs, output),
      float: (input, output = name) =>
        node("Cast", [input], output, { to: onnxDataType("float32") }),
    });
    if (replaced !== false) initializers.delete(name);
  }
  return { ...graph, initializers, nodes: [...nodes, ...graph.nodes] };
}
