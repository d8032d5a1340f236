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

Deno.test("exportOnnx() frees the axes that are named", async () => {
  const fn = ({ x }: Record<string, tf.Tensor>) => tf.sum(x, 2);
  const { model: { graph } } = await exportOnnx(fn, undefined, {
    inputs: { x: { shape: [null, 4, 3] } },
    dynamicAxes: { x: { 0: "n", 1: "steps" } },
  });
  assertEquals([graph.inputs[0].shape, graph.outputs[0].shape], [["n", "steps", 3], [
    "n",
    "steps",
  ]]);
});

Deno.test("exportOnnx() throws if the batch has several names, or none", async () => {
  await rejected(
    mlp(),
    { dynamicAxes: { hidden_input: { 0: "a" }, logits: { 0: "b" } } },
    "the batch is called a and b, one name is needed",
  );
  await rejected(mlp(), { dynamicAxes: {} }, "`dynamicAxes` does not name it");
});
