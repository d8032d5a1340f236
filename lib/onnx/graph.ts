import type { DType, NdArray } from "../array/ndarray.ts";

/** A fixed size, or the name of a size that is free, such as `"batch"`. */
export type Dim = number | string;

/** A named value of a graph with its element type and shape. */
export interface ValueInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

/**
 * An attribute. Numbers are written as ONNX `INT`, or as `FLOAT` under the names in
 * {@linkcode FLOAT_ATTRIBUTES}: the element type of an attribute is fixed by its name.
 */
export type Attribute = number | string | readonly number[] | readonly string[] | NdArray | Graph;

/** One operation. An empty input name stands for an optional input that is left out. */
export interface Node {
  readonly opType: string;
  /** The operator set it belongs to: `""` is ONNX's own. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** How messages of ONNX Runtime name it. By default its operator and its place. */
  readonly name?: string;
}

/** A recorded computation: plain data in ONNX's own words. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: ReadonlyMap<string, NdArray>;
  /** In an order in which they can run. */
  readonly nodes: readonly Node[];
}

/** A graph with what ONNX needs to run and describe it. */
export interface Model {
  readonly graph: Graph;
  /** The version of ONNX's own operator set. */
  readonly opset: number;
  readonly description?: string;
  /** Free text under names of the writer's choice. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The attributes that the ONNX operator schemas declare as `FLOAT` or `FLOATS`. */
export const FLOAT_ATTRIBUTES: ReadonlySet<string> = new Set([
  "activation_alpha",
  "activation_beta",
  "alpha",
  "beta",
  "bias",
  "cubic_coeff_a",
  "epsilon",
  "extrapolation_value",
  "gamma",
  "high",
  "lambd",
  "low",
  "mean",
  "momentum",
  "ratio",
  "scale",
  "seed",
  "spatial_scale",
  "value_float",
  "value_floats",
]);

/** Tells a subgraph from the other attributes. */
export function isGraph(attribute: Attribute): attribute is Graph {
  return typeof attribute === "object" && "nodes" in attribute;
}

/** A graph as text, one line a value: what a person reads to see what was recorded. */
export function formatGraph(graph: Graph): string {
  const info = ({ name, dtype, shape }: ValueInfo) => `${name}: ${dtype}[${shape}]`;
  const lines = [`${graph.name}(${graph.inputs.map(info).join(", ")})`];
  for (const [name, { dtype, shape }] of graph.initializers) {
    lines.push(`  ${info({ name, dtype, shape })} = initializer`);
  }
  for (const node of graph.nodes) {
    const attributes = Object.entries(node.attributes).map(([name, value]) =>
      `${name}=${formatAttribute(value)}`
    );
    const operation = node.domain === "" ? node.opType : `${node.domain}.${node.opType}`;
    lines.push(
      `  ${node.outputs.join(", ")} = ${operation}(${[...node.inputs, ...attributes].join(", ")})`,
    );
  }
  lines.push(`  return ${graph.outputs.map(info).join(", ")}`);
  return lines.join("\n");
}

function formatAttribute(attribute: Attribute): string {
  if (typeof attribute === "number") return String(attribute);
  if (typeof attribute === "string") return JSON.stringify(attribute);
  if (Array.isArray(attribute)) return `[${attribute}]`;
  if (isGraph(attribute)) return `{\n${formatGraph(attribute).replace(/^/gm, "    ")}\n  }`;
  const { dtype, shape } = attribute as NdArray;
  return `${dtype}[${shape}]`;
}
