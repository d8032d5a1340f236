import { InputError } from "../input_error.ts";
import { type Graph, isGraph } from "./graph.ts";

/**
 * Checks that a graph is well formed: every value has one name, every node reads only what comes
 * before it, every output exists.
 *
 * @param outer Names that an enclosing graph provides.
 * @throws {Error} Naming the node or output at fault.
 */
export function checkGraph(graph: Graph, outer: Iterable<string> = []): void {
  const known = new Set(outer);
  const define = (name: string, what: string) => {
    if (name === "") return;
    if (known.has(name)) {
      throw new Error(`Cannot use graph "${graph.name}": ${what} "${name}" is already defined`);
    }
    known.add(name);
  };
  for (const { name, shape } of [...graph.inputs, ...graph.outputs]) {
    if (
      shape.every((size) => typeof size === "string" || Number.isSafeInteger(size) && size >= 0)
    ) {
      continue;
    }
    throw new InputError(
      `Cannot use graph "${graph.name}": "${name}" has shape [${shape}], integers of 0 or more and names are needed`,
    );
  }
  for (const { name } of graph.inputs) define(name, "input");
  for (const name of graph.initializers.keys()) define(name, "initializer");
  for (const node of graph.nodes) {
    for (const name of node.inputs) {
      if (name !== "" && !known.has(name)) {
        throw new Error(
          `Cannot use graph "${graph.name}": ${node.opType} reads "${name}", which nothing before it gives`,
        );
      }
    }
    for (const attribute of Object.values(node.attributes)) {
      if (isGraph(attribute)) checkGraph(attribute, known);
    }
    for (const name of node.outputs) define(name, `result of ${node.opType}`);
  }
  for (const { name } of graph.outputs) {
    if (!known.has(name)) {
      throw new Error(`Cannot use graph "${graph.name}": nothing gives output "${name}"`);
    }
  }
}
