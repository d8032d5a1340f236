import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { type LabelledImages, loadImages, toFloat32 } from "../../lib/data/mod.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { take } from "../../lib/array/rows.ts";
import { encodeModel, type Graph, type Model } from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { calibrate } from "../../train/convert/calibrate.ts";
import { quantizeDynamic } from "../../train/convert/quantize_dynamic.ts";
import { quantizeStatic, rangesNeeded } from "../../train/convert/quantize_static.ts";
import { roundWeights } from "../../train/convert/round_weights.ts";
import { exportOnnx, fitModel } from "../../train/mod.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import { inFolder } from "../command_line.ts";
import { drawWeights } from "../train/export/exported.ts";
import { NETS } from "../train/export/nets/mod.ts";
import "../train/seeded_weights.ts";
import { runPython } from "./python.ts";

await useBackend("cpu");

/** What `quantize_peer.py` says of a quantized file. */
interface Quantized {
  readonly difference: number;
  readonly bytes: number;
  /** Nodes that compute with integers. */
  readonly integer: number;
}

Deno.test("onnxruntime quantizes an exported MobileNet, dynamically and statically", async () => {
  await inFolder(async (dir) => {
    const model = NETS["MobileNet blocks"]();
    drawWeights(model);
    await exportOnnx(model, `${dir}/model.onnx`);
    const text = await runPython("quantize_peer.py", [`${dir}/model.onnx`, dir]);
    const found = JSON.parse(text) as Record<"dynamic" | "static", Quantized>;
    for (const [kind, { difference, integer }] of Object.entries(found)) {
      if (typeof integer !== "number") continue;
      assert(integer > 3, `${kind}: ${integer} nodes compute with integers`);
      assert(difference < 0.2, `${kind}: off by ${difference}`);
    }
  });
});

Deno.test("a CNN on MNIST keeps its accuracy in 8 bits, in 30 % of the bytes", async () => {
  const { layers } = tfl;
  const train = await labelled("mnist", 6000);
  const test = await labelled("mnist:test", 2000);
  const model = tfl.sequential({
    layers: [
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu", inputShape: [28, 28, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 64, activation: "relu" }),
      layers.dense({ units: 10 }),
    ],
  });
  const y = ndarray("float32", [6000, 10], new Float32Array(60_000));
  train.labels.forEach((label, i) => y.data[10 * i + label] = 1);
  await fitModel(model, { x: train.images, y }, {
    optimizer: tf.train.adam(0.002),
    loss: tf.losses.softmaxCrossEntropy as never,
    epochs: 2,
  });
  const { model: exported } = await exportOnnx(model, undefined);
  const before = { accuracy: await accuracy(exported, test), bytes: encodeModel(exported).length };
  assert(before.accuracy > 0.93, `${before.accuracy}`);
  // As `convert --int8`, with and without --calibrate, and `--fp16`.
  const examples = { [exported.graph.inputs[0].name]: toFloat32(take(train.images, CALIBRATION)) };
  const ranges = await calibrate(exported, rangesNeeded(exported.graph), examples);
  const dynamic = quantizeDynamic(exported.graph);
  const calibrated = quantizeDynamic(quantizeStatic(exported.graph, ranges));
  const forms: Readonly<Record<string, [graph: Graph, share: number]>> = {
    int8: [roundWeights(dynamic, "int8"), 0.3],
    "int8, calibrated": [roundWeights(calibrated, "int8"), 0.3],
    float16: [roundWeights(exported.graph, "float16"), 0.52],
  };
  const computing = (graph: Graph, opType: string) =>
    graph.nodes.filter((node) => node.opType === opType).length;
  assertEquals(computing(dynamic, "MatMulInteger"), 2);
  assertEquals(computing(calibrated, "MatMulInteger"), 2);
  assert(computing(calibrated, "QuantizeLinear") >= 4);
  for (const [name, [graph, share]] of Object.entries(forms)) {
    const model = { ...exported, graph };
    const after = { accuracy: await accuracy(model, test), bytes: encodeModel(model).length };
    assert(Math.abs(after.accuracy - before.accuracy) <= 0.01, `${name}: ${after.accuracy}`);
    assert(after.bytes <= share * before.bytes, `${name}: ${after.bytes} of ${before.bytes} bytes`);
  }
});

/** Training images that the steps are taken from. */
const CALIBRATION = Uint32Array.from({ length: 200 }, (_, i) => 30 * i);

/** Images of MNIST that are spread over all of them. */
async function labelled(name: string, count: number): Promise<LabelledImages> {
  const { images, labels } = await loadImages(name);
  const rows = Uint32Array.from(
    { length: count },
    (_, i) => Math.floor(i * images.shape[0] / count),
  );
  return { images: take(images, rows), labels: Int32Array.from(rows, (row) => labels![row]) };
}

async function accuracy(model: Model, { images, labels }: LabelledImages): Promise<number> {
  const session = await createSession(model);
  const [output] = Object.values(await session.run({ [session.inputNames[0]]: toFloat32(images) }));
  await session.release();
  let right = 0;
  labels.forEach((label, i) => {
    const scores = output.data.subarray(10 * i, 10 * i + 10) as Float32Array;
    if (scores.indexOf(Math.max(...scores)) === label) right++;
  });
  return right / labels.length;
}
