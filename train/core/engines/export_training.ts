import { type DType, type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { checkConstraints, isIntegerFrom } from "../../../lib/constraints.ts";
import { InputError } from "../../../lib/input_error.ts";
import {
  BASE_OPSET,
  checkGraph,
  type Graph,
  GraphBuilder,
  type Model,
  onnxDataType,
  type Value,
  writeModel,
} from "../../../lib/onnx/mod.ts";
import { loopGraph } from "../../record/lower/onnx/loop_graph.ts";
import type { RecordedStep } from "../../record/record_step.ts";
import { recordTraining } from "./record_training.ts";
import { flattenRows } from "./rows.ts";
import { checkTraining, chunks, countExamples, examplesOf, type Feed, mapValues } from "../feed.ts";
import type { Step } from "../step.ts";

/** Options for {@linkcode exportTraining}. */
export interface ExportTrainingOptions {
  /** Examples of a step. @default {128} */
  batchSize?: number;
  /** Of what `tf.dropout` and the like draw. @default {0} */
  seed?: number;
}

/** Where a variable lies in the state of an exported training. */
export interface StateEntry {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of its first element. */
  readonly offset: number;
}

/**
 * Writes a whole training, forward, gradients and optimizer, as one ONNX file with its initial state.
 * A run takes as many steps as `indices` has rows, and gives the losses of each.
 *
 * Inputs: `state` float32 `[]` or as `new_state` gave it, an empty one for the initial state;
 * `indices` int32 `[steps, batchSize]`, the rows of each batch; every array of examples as `[count,
 * elements of a row]`; noise as `[steps, batchSize, …]` and scalars as `[steps]`. Outputs: each loss
 * as `[steps]`, and `new_state`. The metadata entry `state` says where in it each variable lies.
 *
 * @param step As `train()` takes it; it must read no values.
 * @param path Of the `.onnx` file, which is replaced; nothing is written without it.
 * @throws {InputError} If an option is out of its range, or examples are missing or of several lengths.
 * @throws {Error} If the step assigns no variable.
 */
export async function exportTraining(
  step: Step,
  feed: Feed,
  path: string | undefined,
  { batchSize = 128, seed = 0 }: ExportTrainingOptions = {},
): Promise<Model> {
  checkTraining({ batchSize, seed });
  countExamples(examplesOf(feed, 1));
  const recorded = await recordTraining(step, feed, { batchSize, seed });
  const { lossNames, rowTypes } = recorded;
  const loop = loopGraph(recorded.recording, { rowTypes, lossNames });
  const entries = stateEntries(recorded);
  const model: Model = {
    graph: withState(loop, recorded, entries),
    opset: BASE_OPSET,
    description:
      "A training, recorded from TensorFlow.js: a run takes steps and gives the new state",
    metadata: { state: JSON.stringify(entries) },
  };
  if (path !== undefined) await writeModel(model, path);
  return model;
}

/** Options for {@linkcode trainingInputs}. */
export interface TrainingInputsOptions extends ExportTrainingOptions {
  /** The steps at most. @default {50} */
  steps?: number;
  /** Of which epoch, through all phases. @default {1} */
  epoch?: number;
}

/** What the first steps of an epoch take, by the names of an exported training. */
export function trainingInputs(
  feed: Feed,
  { batchSize = 128, seed = 0, steps = 50, epoch = 1 }: TrainingInputsOptions = {},
): Record<string, NdArray> {
  checkTraining({ batchSize, seed });
  checkConstraints({ steps, epoch }, [
    ["steps", "an integer of 1 or more", isIntegerFrom(1)],
    ["epoch", "an integer of 1 or more", isIntegerFrom(1)],
  ], "take steps");
  if (countExamples(examplesOf(feed, epoch)) < batchSize) {
    throw new InputError(
      `Cannot take a step: there are fewer examples than a batch of ${batchSize} needs`,
    );
  }
  const [chunk] = chunks(feed, { epoch, batchSize, seed, size: () => steps });
  const { examples, indices, perStep } = chunk;
  return { ...mapValues(examples, (each) => flattenRows<DType>(each)), indices, ...perStep };
}

/** The variables that the step changes, one after the other. */
function stateEntries({ changed }: RecordedStep): StateEntry[] {
  let offset = 0;
  return Object.values(changed).map(({ name, shape, size }) => {
    offset += size;
    return { name, shape, offset: offset - size };
  });
}

/** The loop with all of its state as one vector, and what no step changes inside of it. */
function withState(
  loop: Graph,
  { changed, values }: RecordedStep,
  entries: readonly StateEntry[],
): Graph {
  const total = entries.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const start = new GraphBuilder({ name: "start", prefix: "/start/" });
  const before = start.op;
  const initial = new Float32Array(total);
  Object.keys(changed).forEach((name, i) =>
    initial.set(Float32Array.from(values[name].data, Number), entries[i].offset)
  );
  const given = start.input("state", "float32", ["state_size"]);
  const stored = start.constant(ndarray("float32", [total], initial), "initial_state");
  // An empty state leaves the initial one at the front.
  const joined = start.node("Concat", [given, stored], { axis: 0 })[0];
  const parts = start.node(
    "Split",
    [
      before.Slice(joined, [0], [total], [0]),
      entries.map(({ shape }) => sizeOf(shape)),
    ],
    { axis: 0 },
    entries.length,
  );
  const indices = loop.inputs.find(({ name }) => name === "indices")!;
  start.input("indices", "int32", indices.shape);
  const steps = before.Slice(before.Shape({ name: "indices" }), [0], [1]);
  const provided: [string, Value, DType, readonly number[]][] = [
    ["steps", before.Squeeze(steps, [0]), "int64", []],
  ];
  Object.entries(changed).forEach(([name, { dtype, shape }], i) => {
    const part = before.Reshape(parts[i], [...shape]);
    const value = dtype === "float32"
      ? part
      : before.Cast(part, { to: onnxDataType(dtype as DType) });
    provided.push([name, value, dtype as DType, shape]);
  });
  for (const [name, value, dtype, shape] of provided) start.output(name, value, dtype, shape);

  const end = new GraphBuilder({ name: "end", prefix: "/end/" });
  const flat = Object.entries(changed).map(([name, { dtype, shape }]) => {
    const value = end.input(`new/${name}`, dtype as DType, shape);
    return end.op.Reshape(end.op.Cast(value, { to: onnxDataType("float32") }), [-1]);
  });
  end.output("new_state", end.node("Concat", flat, { axis: 0 })[0], "float32", [total]);

  const [first, last] = [start.build(), end.build()];
  const unchanged = Object.entries(values).filter(([name]) => !(name in changed));
  const known = new Set([...provided.map(([name]) => name), ...unchanged.map(([name]) => name)]);
  const graph: Graph = {
    name: "training",
    inputs: [first.inputs[0], ...loop.inputs.filter(({ name }) => !known.has(name))],
    outputs: [
      ...loop.outputs.filter(({ name }) => !name.startsWith("new/")),
      ...last.outputs,
    ],
    initializers: new Map([
      ...first.initializers,
      ...loop.initializers,
      ...last.initializers,
      ...unchanged,
    ]),
    nodes: [...first.nodes, ...loop.nodes, ...last.nodes],
  };
  checkGraph(graph);
  return graph;
}
