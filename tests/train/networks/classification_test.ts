import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { classification } from "../../../train/networks/classification.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

Deno.test("classification() weighs classes and examples, and a weight of 0 teaches nothing", async () => {
  await useBackend("cpu");
  const network = tfl.sequential({
    layers: [tfl.layers.dense({ units: 2, inputShape: [2], kernelInitializer: "zeros" })],
  });
  const found = classification(
    { network },
    ({ x }) => network.apply(x) as tf.Tensor2D,
    { classWeights: [1, 3], l2: 0, optimizer: "sgd", momentum: 0 },
  );
  const lossOf = (labels: number[], weight?: number[]) =>
    tf.tidy(() =>
      found.losses({
        x: tf.tensor2d([[1, 0], [0, 1]]),
        labels: tf.tensor1d(labels),
        ...weight && { weight: tf.tensor1d(weight) },
      }).loss.dataSync()[0]
    );
  assertAlmostEquals(lossOf([0, 1]), 2 * Math.LN2, 1e-6);
  assertAlmostEquals(lossOf([0, 1], [2, 0]), Math.LN2, 1e-6);
  assertAlmostEquals(lossOf([1, 1], [0.5, 1.5]), 3 * Math.LN2, 1e-6);
  tf.tidy(() =>
    found.step({
      x: tf.tensor2d([[1, 0], [0, 1]]),
      labels: tf.tensor1d([0, 1]),
      weight: tf.tensor1d([2, 0]),
      learningRate: tf.scalar(1),
    })
  );
  const kernel = network.getWeights()[0].dataSync();
  assertEquals([...kernel].map((value) => Math.round(100 * value) / 100), [0.5, -0.5, 0, 0]);
});
