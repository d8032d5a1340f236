import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import type { Graph, Node } from "../../lib/onnx/mod.ts";
import type { Range } from "./calibrate.ts";
import { withoutUnread } from "./quantize_dynamic.ts";
import { channelAxis, quantizeWeight } from "./quantize_weight.ts";

/** Operators that move elements or choose among them: what goes in has the range of what comes out. */
const MOVES = ["MaxPool", "Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze"];

/** Activations that ONNX Runtime computes with the convolution before them. */
const ACTIVATIONS = ["Relu", "Clip"];

/** What is rounded to 8 bits. */
interface Rounded {
  /** The rounded values in the order of the graph, each with the value whose range it takes. */
  readonly rangeOf: ReadonlyMap<string, string>;
  /** The convolutions. */
  readonly convolutions: ReadonlySet<Node>;
}

/** The values whose ranges {@linkcode quantizeStatic} asks for. */
export function rangesNeeded(graph: Graph): string[] {
  return [...new Set(roundedValues(graph).rangeOf.values())];
}

/**
 * Rounds what goes into and comes out of convolutions to 8-bit integers, with steps
 * that calibration gives, and their weights with a step for each output channel: pairs of
 * QuantizeLinear and DequantizeLinear, which runtimes replace by integer operators.
 *
 * @param ranges Of the values that {@linkcode rangesNeeded} names.
 */
export function quantizeStatic(graph: Graph, ranges: ReadonlyMap<string, Range>): Graph {
  const { rangeOf, convolutions } = roundedValues(graph);
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  const add = (opType: string, inputs: string[], output: string, attributes = {}) => {
    nodes.push({ opType, domain: "", inputs, outputs: [output], attributes });
    return output;
  };
  const store = (name: string, array: NdArray) => {
    initializers.set(name, array);
    return name;
  };
  const steps = new Map<string, number>();
  const stepNames = (source: string): [scale: string, zero: string] => {
    const names: [string, string] = [`${source}/scale`, `${source}/zero`];
    if (steps.has(source)) return names;
    const [least, greatest] = ranges.get(source)!;
    const step = Math.fround((greatest - least) / 255) || 1;
    steps.set(source, step);
    store(names[0], ndarray("float32", [], Float32Array.of(step)));
    store(names[1], ndarray("uint8", [], Uint8Array.of(Math.round(-least / step))));
    return names;
  };
  const current = (name: string) => rangeOf.has(name) ? `${name}/rounded` : name;
  const round = (name: string) => {
    const source = rangeOf.get(name);
    if (source === undefined) return;
    const [scale, zero] = stepNames(source);
    const codes = add("QuantizeLinear", [name, scale, zero], `${name}/codes`);
    add("DequantizeLinear", [codes, scale, zero], `${name}/rounded`);
  };
  const weight = (name: string, axis: number) => {
    if (initializers.has(`${name}/int8`)) return `${name}/rounded`;
    const stored = quantizeWeight(graph.initializers.get(name) as NdArray<"float32">, axis);
    store(`${name}/int8`, stored.codes);
    store(`${name}/steps`, stored.steps);
    return add("DequantizeLinear", [`${name}/int8`, `${name}/steps`], `${name}/rounded`, { axis });
  };
  /** In 32 bits, in the steps of the sums that it is added to. */
  const bias = (name: string, { x, weight }: { x: string; weight: string }) => {
    const array = graph.initializers.get(name);
    const channels = initializers.get(`${weight}/steps`)!.data as Float32Array;
    if (array?.dtype !== "float32" || array.data.length !== channels.length) return name;
    stepNames(rangeOf.get(x)!);
    const scales = channels.map((step) => step * steps.get(rangeOf.get(x)!)!);
    const key = `${name}/${x}`;
    const codes = Int32Array.from(
      array.data as Float32Array,
      (value, i) => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.round(value / scales[i]))),
    );
    store(`${key}/int32`, ndarray("int32", [codes.length], codes));
    store(`${key}/steps`, ndarray("float32", [codes.length], scales));
    return add("DequantizeLinear", [`${key}/int32`, `${key}/steps`], `${key}/rounded`, { axis: 0 });
  };
  graph.inputs.forEach(({ name }) => round(name));
  for (const node of graph.nodes) {
    const [x, w, b] = node.inputs;
    const isConvolution = convolutions.has(node);
    const shape = isConvolution ? graph.initializers.get(w)!.shape : [];
    const inputs = isConvolution
      ? [
        current(x),
        weight(w, channelAxis(graph, w, shape.length)),
        ...b ? [bias(b, { x, weight: w })] : [],
      ]
      : node.inputs.map(current);
    nodes.push({ ...node, inputs });
    for (const output of node.outputs) round(output);
  }
  return withoutUnread({ ...graph, initializers, nodes });
}

function roundedValues(graph: Graph): Rounded {
  const convolutions = new Set(
    graph.nodes.filter(({ opType, inputs }) =>
      opType === "Conv" && graph.initializers.get(inputs[1])?.dtype === "float32"
    ),
  );
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) readers.set(name, [...readers.get(name) ?? [], node]);
  }
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const wanted = new Set<string>();
  for (const { inputs: [x], outputs: [y] } of convolutions) {
    wanted.add(x);
    const next = readers.get(y) ?? [];
    const isActivated = next.length === 1 && ACTIVATIONS.includes(next[0].opType);
    const result = isActivated ? next[0].outputs[0] : y;
    if (!outputs.has(result)) wanted.add(result);
  }
  const rangeOf = new Map<string, string>();
  const names = [
    ...graph.inputs.map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ];
  const makers = new Map(graph.nodes.map((node) => [node.outputs[0], node]));
  for (const name of names) {
    const maker = makers.get(name);
    const source = maker !== undefined && MOVES.includes(maker.opType)
      ? rangeOf.get(maker.inputs[0])
      : undefined;
    if (outputs.has(name)) continue;
    if (source !== undefined) rangeOf.set(name, source);
    else if (wanted.has(name)) rangeOf.set(name, name);
  }
  return { rangeOf, convolutions };
}
