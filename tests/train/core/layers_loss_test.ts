import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../../lib/input_error.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { fitModel } from "../../../train/core/loop/fit_model.ts";
import "../seeded_weights.ts";

await useBackend("cpu");

const BATCH = 8;
const COUNT = 40;

Deno.test("fitModel() takes a loss for each output, and labels of some", async () => {
  const build = () => {
    const a = tfl.input({ shape: [2], name: "a" });
    const b = tfl.input({ shape: [3], name: "b" });
    const both = tfl.layers.concatenate().apply([a, b]) as tfl.SymbolicTensor;
    const sum = tfl.layers.dense({ units: 1, name: "sum" }).apply(both) as tfl.SymbolicTensor;
    const sign = tfl.layers.dense({ units: 1, name: "sign" }).apply(both) as tfl.SymbolicTensor;
    return tfl.model({ inputs: [a, b], outputs: [sum, sign], name: "two" });
  };
  const random = new Random(1, "two");
  const array = (width: number) =>
    ndarray("float32", [COUNT, width], random.normals(COUNT * width));
  const [a, b, sum] = [array(2), array(3), array(1)];
  const { meanSquaredError, sigmoidCrossEntropy } = tf.losses;
  const fit = (model: tfl.LayersModel, data: Parameters<typeof fitModel>[1], loss: unknown) =>
    fitModel(model, data, {
      optimizer: tf.train.sgd(0.05),
      epochs: 20,
      batchSize: BATCH,
      loss: loss as typeof meanSquaredError,
    });
  const losses = await fit(build(), { x: { b, a }, y: { sum, sign: sum } }, {
    sum: meanSquaredError,
    sign: sigmoidCrossEntropy,
  });
  assert(losses.at(-1)! < losses[0]);
  const model = build();
  const signKernel = await model.getWeights()[2].data();
  await fit(model, { x: { a, b }, y: { sum } }, meanSquaredError);
  assertEquals(await model.getWeights()[2].data(), signKernel);

  const faults: [Parameters<typeof fitModel>[1], unknown, string][] = [
    [
      { x: a, y: { sum } },
      meanSquaredError,
      "it has several inputs, arrays by their names are needed (a, b)",
    ],
    [{ x: { a }, y: { sum } }, meanSquaredError, 'nothing is given for its input "b" (a, b)'],
    [{ x: { a, c: b }, y: { sum } }, meanSquaredError, 'it has no input "c" (a, b)'],
    [
      { x: { a, b }, y: sum },
      meanSquaredError,
      "it has several outputs, arrays by their names are needed (sum, sign)",
    ],
    [
      { x: { a, b }, y: { sum } },
      { sign: meanSquaredError },
      'it has no loss for output "sum" (sign)',
    ],
    [
      { x: { a, b: a }, y: { sum } },
      meanSquaredError,
      'its input "b" is given [40,2], [any,3] is needed',
    ],
  ];
  for (const [data, loss, message] of faults) {
    await assertRejects(
      () => fit(build(), data, loss),
      InputError,
      `Cannot train model "two": ${message}`,
    );
  }
  await assertRejects(
    () => fit(tfl.sequential({ name: "none" }), { x: a, y: sum }, meanSquaredError),
    InputError,
    'Cannot train model "none": it has no layers, at least one is needed',
  );
});

Deno.test("fitModel() tells metrics of several outputs apart, and from the loss", async () => {
  const input = tfl.input({ shape: [2] });
  const [sum, sign] = ["sum", "sign"].map((name) =>
    tfl.layers.dense({ units: 1, name }).apply(input) as tfl.SymbolicTensor
  );
  const model = tfl.model({ inputs: input, outputs: [sum, sign], name: "two" });
  const x = ndarray("float32", [COUNT, 2], new Float32Array(2 * COUNT).fill(1));
  const y = ndarray("float32", [COUNT, 1], new Float32Array(COUNT).fill(1));
  const { meanSquaredError, absoluteDifference } = tf.losses;
  const fit = async (metrics: Record<string, typeof meanSquaredError>) => {
    const names: string[] = [];
    await fitModel(model, { x, y: { sum: y, sign: y } }, {
      optimizer: tf.train.sgd(0.05),
      loss: meanSquaredError,
      metrics,
      onEpochEnd: (_, logs) => void names.push(...Object.keys(logs)),
    });
    return names.sort();
  };
  assertEquals(await fit({ distance: absoluteDifference }), [
    "loss",
    "sign_distance",
    "sign_loss",
    "sum_distance",
    "sum_loss",
  ]);
  await assertRejects(
    () => fit({ loss: absoluteDifference }),
    InputError,
    'Cannot train model "two": a metric is named as its loss, other names are needed (loss)',
  );
});
