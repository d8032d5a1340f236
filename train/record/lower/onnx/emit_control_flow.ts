import type { DType } from "../../../../lib/array/ndarray.ts";
import { type Graph, GraphBuilder, type Value } from "../../../../lib/onnx/mod.ts";
import { innerName, innerOf } from "../../recording/control_flow.ts";
import type { Operation } from "../../recording/operation.ts";
import type { Recording } from "../../recording/recording.ts";

/** What an operation with inner recordings is written from. */
export interface ControlFlow {
  /** In each recording. */
  readonly operations: readonly Operation[];
  readonly operands: readonly Value[];
  /** Starts the names inside. */
  readonly prefix: string;
  /** Writes recordings of one function at several sizes. */
  emit(recording: Recording, others: readonly Recording[]): Graph;
}

/** Writes a `Loop` or an `If`, whose inner recordings become subgraphs. */
export function emitControlFlow(builder: GraphBuilder, flow: ControlFlow): Value[] {
  const { operations: [operation], operands } = flow;
  return operation.opType === "Loop"
    ? emitLoop(builder, flow, operands)
    : emitIf(builder, flow, operands);
}

function emitLoop(builder: GraphBuilder, flow: ControlFlow, initial: readonly Value[]): Value[] {
  const { prefix } = flow;
  const [condition, step] = [graphOf(flow, "condition"), graphOf(flow, "body")];
  const isGoing = (inside: GraphBuilder, values: readonly Value[]) =>
    inside.op.Reshape(inlined(inside, condition, values)[0], []);
  const body = new GraphBuilder({ name: "body", prefix });
  body.input(`${prefix}iteration`, "int64", []);
  body.input(`${prefix}going`, "bool", []);
  const carried = step.inputs.map(({ name, dtype, shape }) =>
    body.input(`${prefix}${name}`, dtype, shape)
  );
  const next = inlined(body, step, carried);
  body.output(`${prefix}goes_on`, isGoing(body, next), "bool", []);
  step.inputs.forEach(({ dtype, shape }, i) =>
    body.output(`${prefix}${innerName("out", i)}`, next[i], dtype as DType, shape)
  );
  return builder.node(
    "Loop",
    [null, isGoing(builder, initial), ...initial],
    { body: body.build() },
    initial.length,
  );
}

function emitIf(
  builder: GraphBuilder,
  flow: ControlFlow,
  [condition, ...values]: readonly Value[],
): Value[] {
  // Copies, whose names the subgraphs can rely on.
  const outer = values.map((value) => builder.op.Identity(value));
  const branch = (name: "then" | "else") => {
    const graph = graphOf(flow, name);
    const prefix = `${flow.prefix}${name}_`;
    const inside = new GraphBuilder({ name, prefix });
    inlined(inside, graph, outer).forEach((value, i) => {
      const { name, dtype, shape } = graph.outputs[i];
      inside.output(`${prefix}${name}`, value, dtype as DType, shape);
    });
    return inside.build(outer.map(({ name }) => name));
  };
  const branches = { then_branch: branch("then"), else_branch: branch("else") };
  return builder.node("If", [condition], branches, branches.then_branch.outputs.length);
}

function graphOf({ operations, emit }: ControlFlow, name: string): Graph {
  const [recording, ...others] = operations.map((operation) => innerOf(operation)![name]);
  return emit(recording, others);
}

/** The results of a graph that is copied in, in order. */
function inlined(builder: GraphBuilder, graph: Graph, values: readonly Value[]): Value[] {
  const results = builder.inline(
    graph,
    Object.fromEntries(graph.inputs.map(({ name }, i) => [name, values[i]])),
  );
  return graph.outputs.map(({ name }) => results[name]);
}
