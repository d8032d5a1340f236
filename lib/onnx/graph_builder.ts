import type { DType, NdArray } from "../array/ndarray.ts";
import { type Dim, type Graph, isGraph, type Node, type ValueInfo } from "./graph.ts";
import { checkGraph } from "./check.ts";
import { type Attributes, type Operand, operandValue, type Operators, operators } from "./op.ts";

/** A value inside a graph that is being built. */
export interface Value {
  readonly name: string;
}

/** Options for {@linkcode GraphBuilder}. */
export interface GraphBuilderOptions {
  /** @default {"graph"} */
  name?: string;
  /**
   * Starts the names of constants and results; a subgraph needs one of its own, as ONNX forbids a
   * name to stand for two values in nested scopes.
   * @default {""}
   */
  prefix?: string;
}

/**
 * Builds a {@linkcode Graph} an operation at a time.
 *
 * @example Usage
 * ```ts
 * import { GraphBuilder } from "@glimpse/glimpse/onnx";
 * import { assertEquals } from "@std/assert";
 *
 * const builder = new GraphBuilder();
 * const { op } = builder;
 * const x = builder.input("x", "float32", ["batch", 2]);
 * builder.output("y", op.ReduceSum(op.Mul(x, 2), [1], { keepdims: 0 }), "float32", ["batch"]);
 * assertEquals(builder.build().nodes.map((node) => node.opType), ["Mul", "ReduceSum"]);
 * ```
 */
export class GraphBuilder {
  /** Appends a node of the operator named by the property and returns its first output. */
  readonly op: Operators<Value>;
  readonly #name: string;
  readonly #prefix: string;
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #initializers = new Map<string, NdArray>();
  readonly #constants = new Map<string, Value>();
  readonly #nodes: Node[] = [];
  readonly #renamed = new Map<string, string>();
  #count = 0;

  constructor({ name = "graph", prefix = "" }: GraphBuilderOptions = {}) {
    this.#name = name;
    this.#prefix = prefix;
    this.op = operators(
      (opType, operands, attributes) => this.node(opType, operands, attributes)[0],
      isValue,
    );
  }

  /** Declares an input. */
  input(name: string, dtype: DType, shape: readonly Dim[]): Value {
    this.#inputs.push({ name, dtype, shape });
    return { name };
  }

  /** Names a value as an output. */
  output(name: string, value: Value, dtype: DType, shape: readonly Dim[]): void {
    this.#outputs.push({ name, dtype, shape });
    if (value.name === name) return;
    // ONNX knows a value by one name only. The result of an operation takes the output's name when
    // the graph is built; an input, a constant or a second name needs a node, which is a copy.
    const isResult = this.#nodes.some((node) => node.outputs.includes(value.name));
    if (isResult && !this.#renamed.has(value.name)) this.#renamed.set(value.name, name);
    else this.node("Identity", [value], {}, [name]);
  }

  /** Adds a tensor that is stored with the graph; equal small constants become one. */
  constant(array: NdArray, name?: string): Value {
    if (name !== undefined) {
      this.#initializers.set(name, array);
      return { name };
    }
    if (array.data.length > 64) return this.constant(array, this.#nextName("c"));
    const key = `${array.dtype}[${array.shape}]${Array.from(array.data, formatExactly)}`;
    let value = this.#constants.get(key);
    if (value === undefined) {
      value = this.constant(array, this.#nextName("c"));
      this.#constants.set(key, value);
    }
    return value;
  }

  /**
   * Appends a node.
   *
   * @param outputs How many outputs it has, or their names.
   */
  node(
    opType: string,
    operands: readonly Operand<Value>[],
    attributes: Attributes = {},
    outputs: number | readonly string[] = 1,
    domain = "",
  ): Value[] {
    const names = typeof outputs === "number"
      ? Array.from({ length: outputs }, () => this.#nextName("t"))
      : outputs;
    const inputs = operands.map((operand) =>
      operandValue(operand, (array) => this.constant(array))?.name ?? ""
    );
    this.#nodes.push({ opType, domain, inputs, outputs: names, attributes });
    return names.map((name) => ({ name }));
  }

  /** Names the node that a value comes from, for messages of ONNX Runtime. */
  nameNode(value: Value, name: string): void {
    const index = this.#nodes.findIndex(({ outputs }) => outputs.includes(value.name));
    this.#nodes[index] = { ...this.#nodes[index], name };
  }

  /**
   * Copies a whole graph in.
   *
   * @param inputs The value for each of its inputs, by name.
   * @returns The value of each of its outputs, by name.
   * @throws {RangeError} If an input is missing.
   */
  inline(graph: Graph, inputs: Readonly<Record<string, Value>>): Record<string, Value> {
    const renamed = new Map<string, string>();
    for (const { name } of graph.inputs) {
      if (inputs[name] === undefined) {
        throw new RangeError(`Cannot inline graph "${graph.name}": input "${name}" is not given`);
      }
      renamed.set(name, inputs[name].name);
    }
    for (const [name, array] of graph.initializers) {
      renamed.set(name, this.constant(array, this.#nextName("c")).name);
    }
    for (const node of graph.nodes) {
      if (Object.values(node.attributes).some(isGraph)) {
        throw new RangeError(
          `Cannot inline graph "${graph.name}": its node ${node.opType} holds a subgraph`,
        );
      }
      const operands = node.inputs.map((name) =>
        name === "" ? null : { name: renamed.get(name) ?? name }
      );
      const outputs = this.node(
        node.opType,
        operands,
        node.attributes,
        node.outputs.length,
        node.domain,
      );
      node.outputs.forEach((name, i) => renamed.set(name, outputs[i].name));
    }
    return Object.fromEntries(
      graph.outputs.map(({ name }) => [name, { name: renamed.get(name) ?? name }]),
    );
  }

  /**
   * The graph, checked, less the nodes and constants that no output needs.
   *
   * @param outer Names that an enclosing graph provides, when this one is a subgraph.
   * @throws {Error} If the graph is not well formed.
   */
  build(outer: Iterable<string> = []): Graph {
    const needed = new Set(this.#outputs.map((output) => output.name));
    const nodes: Node[] = [];
    for (const node of this.#renamedNodes().reverse()) {
      if (!node.outputs.some((name) => needed.has(name))) continue;
      nodes.push(node);
      for (const name of node.inputs) needed.add(name);
      for (const name of subgraphNames(node)) needed.add(name);
    }
    const graph: Graph = {
      name: this.#name,
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: new Map([...this.#initializers].filter(([name]) => needed.has(name))),
      nodes: nodes.toReversed(),
    };
    checkGraph(graph, outer);
    return graph;
  }

  /** The nodes, with results that are outputs under the outputs' names. */
  #renamedNodes(): Node[] {
    const rename = (name: string) => this.#renamed.get(name) ?? name;
    for (const name of this.#nodes.flatMap(subgraphNames)) {
      if (this.#renamed.has(name)) {
        throw new Error(
          `Cannot build graph "${this.#name}": a subgraph reads "${name}", which is also an output`,
        );
      }
    }
    return this.#nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }));
  }

  #nextName(kind: string): string {
    return `${this.#prefix}${kind}${this.#count++}`;
  }
}

/** Every name that the subgraphs of a node read, their own included. */
function subgraphNames(node: Node): string[] {
  return Object.values(node.attributes).filter(isGraph).flatMap((graph) => [
    ...graph.outputs.map((output) => output.name),
    ...graph.nodes.flatMap((inner) => [...inner.inputs, ...subgraphNames(inner)]),
  ]);
}

/** Keeps -0 and 0 apart, which `String` does not. */
function formatExactly(value: number | bigint): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function isValue(operand: object): operand is Value {
  return "name" in operand && typeof operand.name === "string" && !("nodes" in operand);
}
