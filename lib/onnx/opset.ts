import { InputError } from "../input_error.ts";
import { ndarray } from "../array/ndarray.ts";
import { type Attribute, type Graph, isGraph, type Node } from "./graph.ts";
import { operatorOf } from "./operators.ts";

/** The opset that graphs are built for; what is newer says so below. */
export const BASE_OPSET = 17;

/** The newest opset in which what graphs are built of still means the same. */
export const LATEST_OPSET = 23;

/** The operator set that a graph needs. */
export interface NeededOpset {
  /** The lowest that has every operator. */
  readonly opset: number;
  /** An operator that no lower one has; none where any graph needs as much. */
  readonly opType?: string;
}

/** The lowest opset, from {@linkcode BASE_OPSET} on, that has all that a graph uses. */
export function neededOpset(graph: Graph): NeededOpset {
  let needed: NeededOpset = { opset: BASE_OPSET };
  for (const node of graph.nodes) {
    const inner = Object.values(node.attributes).filter(isGraph).map(neededOpset);
    for (const candidate of [{ opset: sinceOpset(node), opType: node.opType }, ...inner]) {
      if (candidate.opset > needed.opset) needed = candidate;
    }
  }
  return needed;
}

/**
 * A graph in the words of another opset.
 *
 * @throws {InputError} If an operator needs a newer one, naming it.
 */
export function toOpset(graph: Graph, opset: number): Graph {
  const needed = neededOpset(graph);
  if (opset < needed.opset) {
    const reason = needed.opType === undefined
      ? `${needed.opset} is the lowest that is written`
      : `operator ${needed.opType} as it is used here needs ${needed.opset} at least`;
    throw new InputError(`Cannot write graph "${graph.name}" in opset ${opset}: ${reason}`);
  }
  if (!Number.isInteger(opset) || opset > LATEST_OPSET) {
    throw new InputError(
      `Cannot write graph "${graph.name}" in opset ${opset}: ${LATEST_OPSET} is the newest known`,
    );
  }
  return opset < 18 ? graph : moveAxes(graph);
}

function sinceOpset({ opType, domain, inputs, attributes }: Node): number {
  if (domain !== "") return BASE_OPSET;
  const { since: own = BASE_OPSET, attributesSince, movesAxes } = operatorOf(opType);
  const since = [own];
  for (const [name, value] of Object.entries(attributes)) {
    const values = attributesSince?.[name];
    since.push(values?.["*"] ?? values?.[String(value)] ?? BASE_OPSET);
  }
  if (movesAxes && inputs.length > 1) since.push(18);
  return Math.max(...since);
}

/** The graph with the axes of every reduction as an input. */
function moveAxes(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node): Node => {
    const inner = Object.entries(node.attributes).map(([name, value]): [string, Attribute] => [
      name,
      isGraph(value) ? moveAxes(value) : value,
    ]);
    const { axes, ...attributes } = Object.fromEntries(inner);
    if (!operatorOf(node.opType).movesAxes || axes === undefined) {
      return { ...node, attributes: Object.fromEntries(inner) };
    }
    const list = axes as readonly number[];
    // No two axes lists of one text differ, and no other value has such a name.
    const name = `/${graph.name}/axes[${list}]`;
    initializers.set(name, ndarray("int64", [list.length], BigInt64Array.from(list, BigInt)));
    return { ...node, inputs: [node.inputs[0], name], attributes };
  });
  return { ...graph, initializers, nodes };
}
