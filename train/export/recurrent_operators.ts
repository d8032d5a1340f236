import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { constant, op, recordOperation, type Source } from "../record/recording/operation.ts";
import { recorded } from "../record/recording/recorded.ts";
import { reversed } from "../record/kernels/layout.ts";
import { recordedTensor } from "../record/register.ts";
import { tensorOf } from "../record/record.ts";

/** ONNX's names of the activations that its recurrent operators have. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  elu: "Elu",
  hardSigmoid: "HardSigmoid",
  relu: "Relu",
  sigmoid: "Sigmoid",
  softplus: "Softplus",
  softsign: "Softsign",
  tanh: "Tanh",
};

/** How a cell is written as an operator. */
interface CellForm {
  readonly opType: "LSTM" | "GRU" | "RNN";
  /** Which of the cell's gates each gate of the operator is. */
  readonly gates: readonly number[];
  /** Which activation each of the operator's functions is. */
  readonly activations: readonly ("activation" | "recurrentActivation")[];
  readonly stateCount: number;
}

const FORMS: Readonly<Record<string, CellForm>> = {
  // The cell has its gates as input, forget, memory, output; ONNX the output before forget.
  LSTMCell: {
    opType: "LSTM",
    gates: [0, 3, 1, 2],
    activations: ["recurrentActivation", "activation", "activation"],
    stateCount: 2,
  },
  // Update, reset, hidden in both.
  GRUCell: {
    opType: "GRU",
    gates: [0, 1, 2],
    activations: ["recurrentActivation", "activation"],
    stateCount: 1,
  },
  SimpleRNNCell: { opType: "RNN", gates: [0], activations: ["activation"], stateCount: 1 },
};

interface Activation {
  getClassName(): string;
}

/** What a cell of the layers above does not declare. */
interface Cell {
  readonly units: number;
  readonly activation: Activation;
  readonly recurrentActivation?: Activation;
  readonly kernel: Weight;
  readonly recurrentKernel: Weight;
  readonly bias: Weight | null;
  getClassName(): string;
}

interface Weight {
  read(): tf.Tensor;
}

/** What a recurrent layer does not declare. */
interface Recurrent {
  readonly cell: Cell;
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly stateful: boolean;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs | undefined): tf.Tensor | tf.Tensor[];
}

interface Kwargs {
  readonly mask?: tf.Tensor | tf.Tensor[] | null;
  readonly training?: boolean;
  readonly initialState?: tf.Tensor[] | null;
}

interface TimeDistributed {
  readonly layer: tfl.layers.Layer;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor;
}

let areUsed = false;

/**
 * Runs a function in which recurrent layers are recorded as ONNX's own operators, of any number of
 * steps, where those compute the same: gradients have none, nor have masks.
 */
export function withRecurrentOperators<T>(fn: () => T): T {
  const outer = areUsed;
  areUsed = true;
  try {
    return fn();
  } finally {
    areUsed = outer;
  }
}

const recurrent: Recurrent = tfl.layers.RNN.prototype as never;
const unrolled = recurrent.call;
recurrent.call = function (this: Recurrent, inputs, kwargs) {
  const [x] = [inputs].flat();
  const form = FORMS[this.cell.getClassName()];
  const isOperator = areUsed && !isDifferentiated() && form !== undefined && !this.stateful &&
    !kwargs?.training && (kwargs?.mask ?? null) === null && x.shape[1]! > 0 &&
    form.activations.every((name) => this.cell[name]!.getClassName() in ACTIVATIONS);
  if (!isOperator) return unrolled.call(this, inputs, kwargs);
  const { steps, states } = asOperator(this, form, { x, initialState: kwargs?.initialState ?? [] });
  const output = this.returnSequences ? steps : states[0];
  return this.returnState ? [output, ...states] : output;
};

const distributed: TimeDistributed = Object.getPrototypeOf(
  tfl.layers.timeDistributed({ layer: tfl.layers.flatten() }),
);
const distributedInTurn = distributed.call;
// What is done at each step is done to all at once, as rows of a larger batch.
distributed.call = function (this: TimeDistributed, inputs, kwargs) {
  if (!areUsed) return distributedInTurn.call(this, inputs, kwargs);
  const [x] = [inputs].flat();
  const [batch, steps, ...shape] = x.shape;
  const rows = tf.reshape(x, [batch * steps, ...shape]);
  const [y] = [this.layer.call(rows, kwargs as never)].flat();
  return tf.reshape(y, [batch, steps, ...y.shape.slice(1)]);
};

/** Whether a gradient is being recorded, which the operators do not have. */
function isDifferentiated(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

function asOperator(
  { cell, goBackwards }: Recurrent,
  form: CellForm,
  { x, initialState }: { x: tf.Tensor; initialState: readonly tf.Tensor[] },
): { steps: tf.Tensor; states: tf.Tensor[] } {
  const [batch, length] = x.shape;
  const { units, bias } = cell;
  const { opType, gates, activations, stateCount } = form;
  const sourceOf = (tensor: tf.Tensor) => recordedTensor(tensor).source;
  const ordered = (source: Source) => reorder(source, gates, units);
  const matrix = (weight: Weight) =>
    op.Unsqueeze(ordered(op.Transpose(sourceOf(weight.read()), { perm: [1, 0] })), [0]);
  const bothBiases = (source: Source) => {
    const count = gates.length * units;
    const zeros = constant("float32", [count], Array(count).fill(0));
    return op.Unsqueeze(recordOperation("Concat", [ordered(source), zeros], { axis: 0 })[0], [0]);
  };
  const given = goBackwards ? reversed(sourceOf(x), [1]) : sourceOf(x);
  const operands = [
    op.Transpose(given, { perm: [1, 0, 2] }),
    matrix(cell.kernel),
    matrix(cell.recurrentKernel),
    bias === null || bias === undefined ? null : bothBiases(sourceOf(bias.read())),
    // Every sequence has all steps.
    null,
    ...initialState.map((state) => op.Unsqueeze(sourceOf(state), [0])),
  ];
  const results = recordOperation(opType, operands, {
    hidden_size: units,
    activations: activations.map((name) => ACTIVATIONS[cell[name]!.getClassName()]),
  }, 1 + stateCount);
  const [y, ...last] = results.map((source, i) => op.Squeeze(source, [i === 0 ? 1 : 0]));
  const shaped = (source: Source, shape: number[]) => tensorOf(recorded(source, shape));
  return {
    steps: shaped(op.Transpose(y, { perm: [1, 0, 2] }), [batch, length!, units]),
    states: last.map((source) => shaped(source, [batch, units])),
  };
}

/** The gates of a weight `[gates * units, …]` in another order. */
function reorder(source: Source, gates: readonly number[], units: number): Source {
  if (gates.every((gate, i) => gate === i)) return source;
  const parts = recordOperation(
    "Split",
    [source, gates.map(() => units)],
    { axis: 0 },
    gates.length,
  );
  return recordOperation("Concat", gates.map((gate) => parts[gate]), { axis: 0 })[0];
}
