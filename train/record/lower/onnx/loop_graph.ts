import { type DType, ndarray, sizeOf } from "../../../../lib/array/ndarray.ts";
import { type Graph, GraphBuilder, onnxDataType, type Value } from "../../../../lib/onnx/mod.ts";
import { isVariable, type Recording } from "../../recording/recording.ts";
import { emitGraph } from "./emit_graph.ts";

/** The element type of each array that a step takes batches of rows from. */
type RowTypes = Readonly<Record<string, "uint8" | "int32" | "float32">>;

/** Options for {@linkcode loopGraph}. */
interface LoopOptions {
  /** The element type of each input that is gathered by row: bytes are pixels, scaled to [0, 1]. */
  readonly rowTypes: RowTypes;
  /** The outputs that are kept of every step, each a scalar. */
  readonly lossNames: readonly string[];
}

/**
 * Wraps a recorded step in an ONNX `Loop`, so that one run takes many steps without leaving the
 * runtime: rows stay where they are, batches are gathered by index, and the state passes from step
 * to step. State is what the recording gives a new value of: an output `new/NAME` of input NAME.
 *
 * Inputs: `steps` int64, `indices` int32 `[steps, batchSize]`, each array of rows as
 * `[count, size of a row]`, the state, the variables that no step changes, and everything else with
 * an axis `steps` before its own. Outputs: the losses `[steps]` and the new state.
 */
export function loopGraph(recording: Recording, { rowTypes, lossNames }: LoopOptions): Graph {
  const stepGraph = emitGraph(recording, { name: "step" });
  const inputNames = Object.keys(recording.inputs);
  const states = inputNames.filter((name) => `new/${name}` in recording.outputs);
  const others = inputNames.filter((name) => !states.includes(name) && !(name in rowTypes));
  const shapeOf = (name: string) => recording.inputs[name].shape;
  const dtypeOf = (name: string) => recording.inputs[name].dtype as DType;
  const [batchSize] = shapeOf(Object.keys(rowTypes)[0]);

  const main = new GraphBuilder({ name: "train" });
  const steps = main.input("steps", "int64", []);
  const indices = main.input("indices", "int32", ["steps", batchSize]);
  const rows = Object.entries(rowTypes).map(([name, dtype]): [string, Value] => {
    const size = sizeOf(shapeOf(name).slice(1));
    return [name, main.input(name, dtype, ["count", size])];
  });
  const given = others.map((name): [string, Value] => {
    const shape = isVariable(name) ? shapeOf(name) : ["steps", ...shapeOf(name)];
    return [name, main.input(name, dtypeOf(name), shape)];
  });
  const initial = states.map((name) => main.input(name, dtypeOf(name), shapeOf(name)));

  const body = new GraphBuilder({ name: "body", prefix: "body_" });
  const iteration = body.input("iteration", "int64", []);
  const keepGoing = body.input("keep_going", "bool", []);
  const carried = states.map((name): [string, Value] => [
    name,
    body.input(`carried/${name}`, dtypeOf(name), shapeOf(name)),
  ]);
  const batch = body.op.Gather(indices, iteration);
  const results = body.inline(
    stepGraph,
    Object.fromEntries([
      ...rows.map(([name, value]) => {
        const gathered = gatherRows(body, { rows: value, batch, dtype: rowTypes[name] });
        return [name, body.op.Reshape(gathered, [...shapeOf(name)])];
      }),
      ...given.map(([name, value]) => [
        name,
        isVariable(name) ? value : body.op.Gather(value, iteration),
      ]),
      ...carried,
    ]),
  );
  body.output("still_going", keepGoing, "bool", []);
  for (const name of states) {
    body.output(`next/${name}`, results[`new/${name}`], dtypeOf(name), shapeOf(name));
  }
  for (const name of lossNames) body.output(`step/${name}`, results[name], "float32", []);

  const outer = [indices, ...[...rows, ...given].map(([, value]) => value)];
  const outputs = main.node(
    "Loop",
    [steps, main.constant(ndarray("bool", [], Uint8Array.of(1))), ...initial],
    { body: body.build(outer.map(({ name }) => name)) },
    states.length + lossNames.length,
  );
  states.forEach((name, i) => main.output(`new/${name}`, outputs[i], dtypeOf(name), shapeOf(name)));
  lossNames.forEach((name, i) =>
    main.output(name, outputs[states.length + i], "float32", ["steps"])
  );
  return main.build();
}

/**
 * Some rows as float32, bytes scaled to [0, 1]. They stay one-dimensional until then: ONNX Runtime
 * scales a tensor whose last axis has one element an element at a time.
 */
function gatherRows(
  { op }: GraphBuilder,
  { rows, batch, dtype }: { rows: Value; batch: Value; dtype: RowTypes[string] },
): Value {
  const gathered = op.Gather(rows, batch);
  if (dtype !== "uint8") return gathered;
  return op.Mul(op.Cast(gathered, { to: onnxDataType("float32") }), 1 / 255);
}
