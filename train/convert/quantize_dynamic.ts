import type { NdArray } from "../../lib/array/ndarray.ts";
import { type Graph, type Node, onnxDataType } from "../../lib/onnx/mod.ts";
import { quantizeWeight } from "./quantize_weight.ts";
import { LEAST_ELEMENTS } from "./round_weights.ts";

/** A product with a stored matrix. */
export interface DenseProduct {
  readonly weight: NdArray<"float32">;
  /** Of the output channels of the weight `[in, out]` or `[out, in]`. */
  readonly axis: 0 | 1;
  readonly bias: string | undefined;
}

/** What a node multiplies by, if that is a stored matrix and nothing else is scaled or transposed. */
export function denseProduct(
  { opType, inputs, attributes }: Node,
  { initializers }: Graph,
): DenseProduct | undefined {
  const weight = initializers.get(inputs[1]);
  if (weight?.dtype !== "float32" || weight.shape.length !== 2) return undefined;
  const { alpha = 1, beta = 1, transA = 0, transB = 0 } = attributes;
  const isPlain = opType === "MatMul" ||
    (opType === "Gemm" && alpha === 1 && beta === 1 && transA === 0);
  if (!isPlain) return undefined;
  return {
    weight: weight as NdArray<"float32">,
    axis: transB === 1 ? 0 : 1,
    bias: opType === "Gemm" ? inputs[2] || undefined : undefined,
  };
}

/**
 * Multiplies by the stored matrices of dense layers in 8-bit integers, which are summed in 32 bits: the
 * weights have a step for each output, and what they are multiplied with is rounded where the file
 * runs, by one step for the whole batch.
 *
 *     x w + b = scale(x) step(w) (codes(x) codes(w)) + b
 */
export function quantizeDynamic(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  const add = (opType: string, inputs: string[], outputs: string[], attributes = {}) => {
    nodes.push({ opType, domain: "", inputs, outputs, attributes });
    return outputs[0];
  };
  /** The codes, scale and zero point of a value that is multiplied. */
  const rounded = new Map<string, readonly [codes: string, scale: string, zero: string]>();
  for (const node of graph.nodes) {
    const product = denseProduct(node, graph);
    if (product === undefined || product.weight.data.length < LEAST_ELEMENTS) {
      nodes.push(node);
      continue;
    }
    const { weight, axis, bias } = product;
    const [x, name] = node.inputs;
    const [y] = node.outputs;
    const [codes, scale, zero] = rounded.get(x) ?? [`${x}/codes`, `${x}/scale`, `${x}/zero`];
    if (!rounded.has(x)) add("DynamicQuantizeLinear", [x], [codes, scale, zero]);
    rounded.set(x, [codes, scale, zero]);
    const matrix = axis === 1 ? weight : transposed(weight);
    const stored = quantizeWeight(matrix, 1);
    initializers.set(`${name}/int8`, stored.codes);
    initializers.set(`${name}/steps`, stored.steps);
    const sums = add("MatMulInteger", [codes, `${name}/int8`, zero], [`${y}/sums`]);
    const floats = add("Cast", [sums], [`${y}/floats`], { to: onnxDataType("float32") });
    const steps = add("Mul", [scale, `${name}/steps`], [`${y}/steps`]);
    const result = add("Mul", [floats, steps], [bias === undefined ? y : `${y}/product`]);
    if (bias !== undefined) add("Add", [result, bias], [y]);
  }
  return withoutUnread({ ...graph, initializers, nodes });
}

/** A graph without the initializers that nothing reads any more. */
export function withoutUnread(graph: Graph): Graph {
  const read = new Set([
    ...graph.nodes.flatMap(({ inputs }) => inputs),
    ...graph.outputs.map(({ name }) => name),
  ]);
  // Subgraphs may read them, too.
  const isPlain = graph.nodes.every(({ attributes }) =>
    Object.values(attributes).every((value) => typeof value !== "object" || !("nodes" in value))
  );
  if (!isPlain) return graph;
  return {
    ...graph,
    initializers: new Map([...graph.initializers].filter(([name]) => read.has(name))),
  };
}

function transposed(
  { shape: [rows, columns], data, dtype }: NdArray<"float32">,
): NdArray<"float32"> {
  const result = new Float32Array(data.length);
  data.forEach((value, i) => result[(i % columns) * rows + Math.floor(i / columns)] = value);
  return { dtype, shape: [columns, rows], data: result };
}
