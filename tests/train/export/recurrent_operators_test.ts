import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { exportOnnx } from "../../../train/export/export_onnx.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { compareRuns, drawWeights } from "./exported.ts";
import "../seeded_weights.ts";

await useBackend("cpu");

const { layers } = tfl;

type Recurrent = tfl.layers.Layer;

/** A model of one recurrent layer that takes any number of steps. */
function modelOf(layer: Recurrent, { masked = false } = {}): tfl.LayersModel {
  const x = tfl.input({ shape: [null, 4] });
  const given = masked ? layers.masking({ maskValue: 0.25 }).apply(x) : x;
  const model = tfl.model({ inputs: x, outputs: layer.apply(given) as tfl.SymbolicTensor });
  drawWeights(model);
  return model;
}

const OPTIONS = { units: 3, returnSequences: true } as const;

const LAYERS: Readonly<Record<string, readonly [operators: string, build: () => Recurrent]>> = {
  "an LSTM": ["LSTM", () => layers.lstm({ units: 3 })],
  "an LSTM of all steps": ["LSTM", () => layers.lstm({ ...OPTIONS, goBackwards: true })],
  "an LSTM without biases": ["LSTM", () => layers.lstm({ ...OPTIONS, useBias: false })],
  "an LSTM of other activations": [
    "LSTM",
    () => layers.lstm({ ...OPTIONS, activation: "softsign", recurrentActivation: "sigmoid" }),
  ],
  "a GRU": ["GRU", () => layers.gru({ ...OPTIONS, activation: "relu" })],
  "a simple RNN": ["RNN", () => layers.simpleRNN(OPTIONS)],
  "a cell in a recurrent layer": [
    "LSTM",
    () => layers.rnn({ cell: layers.lstmCell({ units: 3 }) }),
  ],
  "both directions": [
    "LSTM LSTM",
    () => layers.bidirectional({ layer: layers.lstm(OPTIONS) as tfl.RNN, mergeMode: "concat" }),
  ],
  "a layer at each step": [
    "",
    () => layers.timeDistributed({ layer: layers.dense({ units: 2, activation: "tanh" }) }),
  ],
};

for (const [name, [operators, build]] of Object.entries(LAYERS)) {
  Deno.test(`exportOnnx() of ${name} takes any number of steps`, async () => {
    const model = modelOf(build());
    const { model: onnx } = await exportOnnx(model, undefined);
    const recurrent = onnx.graph.nodes.map(({ opType }) => opType)
      .filter((opType) => ["LSTM", "GRU", "RNN"].includes(opType));
    assertEquals(recurrent.join(" "), operators);
    assertEquals(onnx.graph.inputs[0].shape, ["batch", "time", 4]);
    // Free sizes are drawn alike here: two sequences of two steps, and so on.
    await compareRuns(onnx, model, { batches: [1, 2, 9], tolerance: 1e-5 });
    model.dispose();
  });
}

Deno.test("exportOnnx() of an LSTM holds as many nodes for 400 steps as for 4", async () => {
  const counts = [];
  for (const steps of [4, 400]) {
    const model = tfl.sequential({
      layers: [layers.lstm({ units: 8, inputShape: [steps, 4] }), layers.dense({ units: 2 })],
    });
    counts.push((await exportOnnx(model, undefined)).model.graph.nodes.length);
    model.dispose();
  }
  assert(counts[0] === counts[1] && counts[0] < 30, `${counts}`);
});

Deno.test("exportOnnx() unrolls what no operator computes: masks, other activations, gradients", async () => {
  const opTypes = async (
    model: tfl.LayersModel | Parameters<typeof exportOnnx>[0],
    name: string,
  ) => {
    const inputs = { [name]: { shape: [null, 3, 4] } };
    const { model: { graph } } = await exportOnnx(model, undefined, { inputs });
    return graph.nodes.map(({ opType }) => opType);
  };
  const masked = modelOf(layers.lstm({ units: 3 }), { masked: true });
  assertEquals((await opTypes(masked, masked.inputNames[0])).includes("LSTM"), false);
  const swish = modelOf(layers.lstm({ units: 3, activation: "swish" }));
  assertEquals((await opTypes(swish, swish.inputNames[0])).includes("LSTM"), false);
  const plain = modelOf(layers.lstm({ units: 3 }));
  const gradient = ({ x }: Record<string, tf.Tensor>) =>
    tf.grad((x) => tf.sum(plain.apply(x) as tf.Tensor))(x);
  assertEquals((await opTypes(gradient, "x")).includes("LSTM"), false);
  tf.dispose([masked, swish, plain] as never);
});
