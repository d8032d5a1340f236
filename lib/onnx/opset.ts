import { InputError } from "../input_error.ts";
import { ndarray } from "../array/ndarray.ts";
import { type Attribute, type Graph, isGraph, type Node } from "./graph.ts";

/** The opset that graphs are built for; what is newer says so below. */
export const BASE_OPSET = 17;

/** The newest opset in which what graphs are built of still means the same. */
export const LATEST_OPSET = 23;

/** The opset that brought each operator newer than {@linkcode BASE_OPSET}. */
const SINCE: Readonly<Record<string, number>> = {
  BitwiseAnd: 18,
  BitwiseNot: 18,
  BitwiseOr: 18,
  BitwiseXor: 18,
  CenterCropPad: 18,
  Col2Im: 18,
  GroupNormalization: 18,
  Mish: 18,
  DeformConv: 19,
  AffineGrid: 20,
  Gelu: 20,
  Attention: 23,
  RMSNormalization: 23,
  RotaryEmbedding: 23,
};

/** The opset that brought an attribute to an operator, for one of its values or (`"*"`) for all. */
const ATTRIBUTE_SINCE: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "AveragePool.dilations": { "*": 19 },
  "Pad.mode": { wrap: 19 },
  "Resize.antialias": { "*": 18 },
  "Resize.axes": { "*": 18 },
  "Resize.keep_aspect_ratio_policy": { "*": 18 },
  "ScatterElements.reduction": { max: 18, min: 18 },
  "ScatterND.reduction": { max: 18, min: 18 },
  "Split.num_outputs": { "*": 18 },
};

/** Reductions that took their axes as an attribute before opset 18, and as an input from then on. */
const AXES_MOVED: ReadonlySet<string> = new Set([
  "ReduceL1",
  "ReduceL2",
  "ReduceLogSum",
  "ReduceLogSumExp",
  "ReduceMax",
  "ReduceMean",
  "ReduceMin",
  "ReduceProd",
  "ReduceSumSquare",
]);

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
      ? `what is recorded needs ${needed.opset} at least`
      : `operator ${needed.opType} as it is used here needs ${needed.opset} at least`;
    throw new InputError(`Cannot write graph "${graph.name}" in opset ${opset}: ${reason}`);
  }
  if (opset > LATEST_OPSET) {
    throw new InputError(
      `Cannot write graph "${graph.name}" in opset ${opset}: ${LATEST_OPSET} is the newest known`,
    );
  }
  return opset < 18 ? graph : moveAxes(graph);
}

function sinceOpset({ opType, domain, inputs, attributes }: Node): number {
  if (domain !== "") return BASE_OPSET;
  const since = [SINCE[opType] ?? BASE_OPSET];
  for (const [name, value] of Object.entries(attributes)) {
    const values = ATTRIBUTE_SINCE[`${opType}.${name}`];
    since.push(values?.["*"] ?? values?.[String(value)] ?? BASE_OPSET);
  }
  if (AXES_MOVED.has(opType) && inputs.length > 1) since.push(18);
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
    if (!AXES_MOVED.has(node.opType) || axes === undefined) {
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
