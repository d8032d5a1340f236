import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../lib/input_error.ts";
import { cast } from "../record/kernels/dtype.ts";
import { record } from "../record/mod.ts";
import { recordedTensor } from "../record/register.ts";
import { tensorOf } from "../record/record.ts";
import { innerName, recordIf, recordLoop } from "../record/recording/control_flow.ts";
import { counted } from "../record/recording/counted.ts";
import { dependsOnInput, op } from "../record/recording/operation.ts";
import { BACKEND_NAME, recorded } from "../record/recording/recorded.ts";
import type { Recording } from "../record/recording/recording.ts";

/** A node of a graph, of which TensorFlow.js does not export the type. */
interface GraphNode {
  op: string;
  category: string;
  readonly rawAttrs?: Readonly<Record<string, { readonly func?: { readonly name: string } }>>;
}

/** What runs a graph, or one of its functions. */
interface Executor {
  readonly graph: { readonly nodes: Readonly<Record<string, GraphNode>> };
  readonly functionExecutorMap: Readonly<Record<string, Executor>>;
  readonly inputs: readonly { readonly name: string }[];
  readonly outputNodes: readonly string[];
  execute(inputs: tf.NamedTensorMap, outputs: readonly string[]): tf.Tensor | tf.Tensor[];
}

/** A call of a node. */
interface Call {
  readonly node: GraphNode;
  readonly inputs: readonly tf.Tensor[];
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly context: { readonly functionMap: Readonly<Record<string, Executor>> };
}

/** Starts the names of the operations below, beside those of TensorFlow.js. */
const PREFIX = "Recordable";

/** What TensorFlow.js computes in `executeAsync()` alone, at once and recordable. */
const OPERATIONS: Readonly<Record<string, (call: Call) => tf.Tensor | tf.Tensor[]>> = {
  Where: ({ inputs: [condition] }) => where(condition),
  NonMaxSuppressionV2: ({ inputs }) => tf.image.nonMaxSuppression(...suppressed(inputs)),
  NonMaxSuppressionV3: ({ inputs }) => tf.image.nonMaxSuppression(...suppressed(inputs)),
  NonMaxSuppressionV4: ({ inputs, attrs }) => {
    const { selectedIndices, validOutputs } = tf.image.nonMaxSuppressionPadded(
      ...suppressed(inputs),
      attrs.pad_to_max_output_size as boolean,
    );
    return [selectedIndices, validOutputs] as tf.Tensor[];
  },
  NonMaxSuppressionV5: ({ inputs }) => {
    const { selectedIndices, selectedScores } = tf.image.nonMaxSuppressionWithScore(
      ...suppressed(inputs),
      numberOf(inputs[5]),
    );
    return [selectedIndices, selectedScores] as tf.Tensor[];
  },
  If: choose,
  StatelessIf: choose,
  While: repeat,
  StatelessWhile: repeat,
};

/** Makes the nodes of a graph model recordable that TensorFlow.js computes asynchronously. */
export async function makeRecordable(model: object): Promise<void> {
  const { executor } = model as { executor?: Executor };
  if (executor?.graph?.nodes === undefined) return;
  const graphs = [executor, ...Object.values(executor.functionExecutorMap ?? {})];
  const nodes = graphs.flatMap(({ graph }) => Object.values(graph.nodes))
    .filter(({ op }) => Object.hasOwn(OPERATIONS, op));
  if (nodes.length === 0) return;
  const { registerOp } = await import("@tensorflow/tfjs-converter");
  for (const [name, compute] of Object.entries(OPERATIONS)) {
    registerOp(`${PREFIX}${name}`, compute as never);
  }
  for (const node of nodes) Object.assign(node, { op: `${PREFIX}${node.op}`, category: "custom" });
}

/** Whether the values of a tensor are known only when the recording runs. */
function isUnknown(tensor: tf.Tensor): boolean {
  return tf.getBackend() === BACKEND_NAME && dependsOnInput(recordedTensor(tensor).source);
}

/** The places that are true, int32 `[any, rank]`. */
function where(condition: tf.Tensor): tf.Tensor {
  const { shape, size } = condition;
  if (!isUnknown(condition)) {
    return tf.kernel_impls.whereImpl(shape, condition.dataSync() as tf.TypedArray);
  }
  const places = op.Transpose(op.NonZero(recordedTensor(condition).source), { perm: [1, 0] });
  const { source, count } = counted(cast(places, "int32"), size);
  return tensorOf(recorded(source, [count, shape.length], "int32"));
}

function numberOf(tensor: tf.Tensor): number {
  return tensor.dataSync()[0];
}

/** What every form of non-maximum suppression takes. */
function suppressed(
  [boxes, scores, maxOutputSize, iouThreshold, scoreThreshold]: readonly tf.Tensor[],
): [tf.Tensor2D, tf.Tensor1D, number, number, number] {
  return [
    boxes as tf.Tensor2D,
    scores as tf.Tensor1D,
    numberOf(maxOutputSize),
    numberOf(iouThreshold),
    scoreThreshold === undefined ? -Infinity : numberOf(scoreThreshold),
  ];
}

/** A function of the graph. */
function functionOf({ node, context }: Call, attribute: string) {
  const { name } = node.rawAttrs![attribute].func!;
  const executor = context.functionMap[name];
  return (values: readonly tf.Tensor[]): tf.Tensor[] => {
    const named = Object.fromEntries(executor.inputs.map(({ name }, i) => [name, values[i]]));
    return [executor.execute(named, executor.outputNodes)].flat();
  };
}

function choose(call: Call): tf.Tensor[] {
  const [condition, ...values] = call.inputs;
  const [onTrue, onFalse] = [functionOf(call, "then_branch"), functionOf(call, "else_branch")];
  if (!isUnknown(condition)) return condition.dataSync()[0] ? onTrue(values) : onFalse(values);
  const branches = { then: recordInner(onTrue, values), else: recordInner(onFalse, values) };
  checkShapes("the branches of a condition", branches.then.outputs, branches.else.outputs);
  const given = values.map(recordedTensor);
  return recordIf(recordedTensor(condition), given, branches).map(tensorOf);
}

/** As long as the condition is known, steps are recorded one after another. */
function repeat(call: Call): tf.Tensor[] {
  const [condition, step] = [functionOf(call, "cond"), functionOf(call, "body")];
  let values = [...call.inputs];
  while (true) {
    const [isGoing] = condition(values);
    if (isUnknown(isGoing)) break;
    if (!isGoing.dataSync()[0]) return values;
    values = step(values);
  }
  const inner = { condition: recordInner(condition, values), body: recordInner(step, values) };
  const { inputs, outputs } = inner.body;
  checkShapes("the values of a loop", inputs, outputs);
  return recordLoop(values.map(recordedTensor), inner).map(tensorOf);
}

function recordInner(fn: (values: tf.Tensor[]) => tf.Tensor[], values: readonly tf.Tensor[]) {
  const specs = values.map(({ shape, dtype }, i) => [
    innerName("in", i),
    { shape, dtype: dtype as "float32" },
  ]);
  return record(
    (inputs) => {
      const outputs = fn(Object.values(inputs));
      return Object.fromEntries(outputs.map((output, i) => [innerName("out", i), output]));
    },
    Object.fromEntries(specs),
  );
}

function checkShapes(
  what: string,
  first: Recording["outputs"],
  second: Recording["outputs"],
): void {
  const shapes = [first, second].map((each) =>
    Object.values(each).map(({ shape }) => `[${shape}]`)
  );
  if (`${shapes[0]}` === `${shapes[1]}`) return;
  throw new InputError(
    `Cannot export: ${what} have shapes ${shapes[0].join(", ")} and ${
      shapes[1].join(", ")
    }, equal ones are needed`,
  );
}
