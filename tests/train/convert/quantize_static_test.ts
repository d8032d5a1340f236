import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import type { Model } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { calibrate } from "../../../train/convert/calibrate.ts";
import { quantizeStatic, rangesNeeded } from "../../../train/convert/quantize_static.ts";
import { exportOnnx } from "../../../train/export/export_onnx.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import "../seeded_weights.ts";

await useBackend("cpu");

const random = new Random(8, "static");
const images = ndarray(
  "float32",
  [6, 12, 12, 3],
  Float32Array.from({ length: 6 * 432 }, () => random.uniform()),
);

async function run(model: Model, x: NdArray): Promise<Float32Array> {
  const session = await createSession(model);
  const [y] = Object.values(await session.run({ [session.inputNames[0]]: x }));
  await session.release();
  return y.data as Float32Array;
}

Deno.test("quantizeStatic() rounds between convolutions, and stays close on what it was calibrated on", async () => {
  const { layers } = tfl;
  const input = tfl.input({ shape: [12, 12, 3] });
  const convolve = (x: tfl.SymbolicTensor, activation?: "relu") =>
    layers.conv2d({
      filters: 8,
      kernelSize: 3,
      padding: "same",
      biasInitializer: "randomNormal",
      ...activation && { activation },
    }).apply(x) as tfl.SymbolicTensor;
  const first = convolve(input, "relu");
  const pooled = layers.maxPooling2d({ poolSize: 2 }).apply(first) as tfl.SymbolicTensor;
  const depthwise = layers.depthwiseConv2d({ kernelSize: 3, padding: "same" }).apply(pooled);
  // A shortcut reads what a convolution reads, too.
  const sum = layers.add().apply([depthwise as tfl.SymbolicTensor, pooled]);
  const last = convolve(sum as tfl.SymbolicTensor);
  const net = tfl.model({ inputs: input, outputs: last });
  const { model } = await exportOnnx(net, undefined);
  const [{ name }] = model.graph.inputs;
  const names = rangesNeeded(model.graph);
  const ranges = await calibrate(model, names, { [name]: images });
  const graph = quantizeStatic(model.graph, ranges);
  const convolutions = graph.nodes.filter(({ opType }) => opType === "Conv");
  assertEquals(convolutions.length, 3);
  for (const { inputs } of convolutions) {
    const makers = inputs.map((input) =>
      graph.nodes.find(({ outputs }) => outputs.includes(input))?.opType
    );
    assertEquals(new Set(makers), new Set(["DequantizeLinear"]));
  }
  const expected = await run(model, images);
  const actual = await run({ ...model, graph }, images);
  const largest = Math.max(...expected.map(Math.abs));
  const error = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]))) / largest;
  assert(error > 0 && error < 0.05, `${error}`);
  // What comes out of the pooling has the steps of what goes in.
  const pool = graph.nodes.find(({ opType }) => opType === "MaxPool")!;
  const stepsOf = (name: string) =>
    graph.nodes.find(({ opType, inputs }) => opType === "QuantizeLinear" && inputs[0] === name)!
      .inputs.slice(1);
  assertEquals(stepsOf(pool.outputs[0]), stepsOf(pool.inputs[0].replace("/rounded", "")));
});

Deno.test("quantizeStatic() keeps what has no convolutions as it is", async () => {
  const { model } = await exportOnnx(({ x }) => tf.relu(x), undefined, {
    inputs: { x: { shape: [null, 3] } },
  });
  assertEquals(rangesNeeded(model.graph), []);
  assertEquals(quantizeStatic(model.graph, new Map()), model.graph);
});
