import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../../lib/input_error.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { exportOnnx, type ExportOnnxOptions } from "../../../train/export/export_onnx.ts";
import { mlp } from "./exported.ts";

await useBackend("cpu");

const { layers } = tfl;

const X = { inputs: { x: { shape: [null, 4] } } } satisfies ExportOnnxOptions;

/** What an export that fails says. */
function rejected(
  model: Parameters<typeof exportOnnx>[0],
  options: ExportOnnxOptions,
  message: string,
): Promise<unknown> {
  return assertRejects(() => exportOnnx(model, undefined, options), InputError, message);
}

Deno.test("exportOnnx() throws if a time axis is free, until its size is given", async () => {
  const model = tfl.sequential({
    name: "recurrent",
    layers: [layers.simpleRNN({ units: 2, inputShape: [null, 3], name: "rnn" })],
  });
  await rejected(
    model,
    {},
    'Cannot export "recurrent": axis 1 of input "rnn_input" is free, only the first can be: give its size, in `inputs` or in its layer',
  );
  const inputs = { rnn_input: { shape: [null, 5, 3] } };
  const { model: { graph } } = await exportOnnx(model, undefined, { inputs });
  assertEquals(graph.inputs[0].shape, ["batch", 5, 3]);
});

Deno.test("exportOnnx() throws if a model is not built, or keeps state", async () => {
  await rejected(tfl.sequential({ name: "empty" }), {}, 'model "empty": it is not built');
  const stateful = tfl.sequential({
    layers: [
      layers.lstm({ units: 2, stateful: true, batchInputShape: [2, 3, 4], name: "memory" }),
    ],
  });
  await rejected(stateful, {}, '"memory" keeps state between calls, stateful: false is needed');
});

Deno.test("exportOnnx() throws if names are missing, equal or unknown", async () => {
  const x = tfl.input({ shape: [3, 4] });
  const outputs = layers.lstm({ units: 2, returnState: true, name: "memory" })
    .apply(x) as tfl.SymbolicTensor[];
  const lstm = tfl.model({ inputs: x, outputs, name: "lstm" });
  await rejected(
    lstm,
    {},
    'Cannot export "lstm": two outputs are called "memory", `outputNames` must tell them apart',
  );
  await exportOnnx(lstm, undefined, { outputNames: ["y", "h", "c"] });
  await rejected(lstm, { outputNames: ["y"] }, "it has 3 outputs, but 1 names are given");
  await rejected(mlp(), { inputNames: ["a", "b"] }, "it has 1 inputs, but 2 names are given");
  await rejected(({ x }) => ({ x: tf.neg(x) }), X, 'an input and an output are called "x"');
  const inputs = { images: { shape: [null, 4] } };
  await rejected(mlp(), { inputs }, 'it has no input "images", its inputs are hidden_input');
  await rejected(({ x }) => tf.neg(x), {}, "it is not said what it takes, `inputs` is needed");
});

Deno.test("exportOnnx() throws if another axis than the first is to be free", async () => {
  await rejected(
    mlp(),
    { dynamicAxes: { hidden_input: { 0: "batch", 1: "features" } } },
    'Cannot export "mlp": axis 1 of "hidden_input" is to be free, only the first axis can be',
  );
  await rejected(
    mlp(),
    { dynamicAxes: { hidden_input: { 0: "a" }, logits: { 0: "b" } } },
    "the batch is called a and b, one name is needed",
  );
  await rejected(mlp(), { dynamicAxes: {} }, "`dynamicAxes` does not name it");
});
