import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { buildCnn, buildHead, type CnnOptions } from "../../../train/networks/cnn.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { numbers } from "./linear_vae.ts";

const OPTIONS = {
  filters: [3],
  hidden: [],
  batchNormalization: false,
  classWeights: [1, 2],
  dropout: 0,
  l2: 0,
  seed: 0,
};
const pixels = numbers("pixels", 4 * 36).map(Math.abs);
const labels = [0, 1, 1, 0];

/** The losses and probabilities of four images. */
function evaluate(options: CnnOptions) {
  const model = buildCnn([6, 6, 1], options);
  const found = tf.tidy(() => {
    const images = tf.tensor(pixels, [4, 6, 6, 1]);
    const { loss, accuracy } = model.losses({ images, labels: tf.tensor1d(labels) });
    const kernels = Object.values(model.networks).flatMap((network) => network.getWeights())
      .filter(({ shape }) => shape.length > 1);
    return {
      probabilities: [...model.probabilities(images).dataSync()],
      loss: loss.dataSync()[0],
      accuracy: accuracy.dataSync()[0],
      squares: kernels.flatMap((kernel) => [...kernel.dataSync()])
        .reduce((sum, value) => sum + value * value, 0),
      heat: model.gradCam(images).dataSync(),
    };
  });
  Object.values(model.networks).forEach((network) => network.dispose());
  return found;
}

Deno.test("the loss is the weighted cross-entropy, and accuracy the share of correct classes", async () => {
  await useBackend("cpu");
  const { probabilities, loss, accuracy } = evaluate(OPTIONS);
  const entropy = labels.map((label, i) =>
    -OPTIONS.classWeights[label] * Math.log(probabilities[2 * i + label])
  );
  assertAlmostEquals(loss, entropy.reduce((a, b) => a + b) / 4, 1e-5);
  const correct = labels.filter((label, i) => probabilities[2 * i + label] > 0.5).length;
  assertEquals(accuracy, correct / 4);
  for (let i = 0; i < 4; i++) {
    assertAlmostEquals(probabilities[2 * i] + probabilities[2 * i + 1], 1, 1e-6);
  }
});

Deno.test("l2 adds the sum of the squared kernels, without biases", async () => {
  await useBackend("cpu");
  const { loss, squares } = evaluate(OPTIONS);
  assertAlmostEquals(evaluate({ ...OPTIONS, l2: 0.1 }).loss, loss + 0.1 * squares, 1e-4);
});

Deno.test("losses drop nothing, and gradCam() gives heat in [0, 1] for each pixel", async () => {
  await useBackend("cpu");
  const { loss, heat } = evaluate({ ...OPTIONS, dropout: 0.9 });
  assertAlmostEquals(loss, evaluate(OPTIONS).loss, 1e-7);
  assertEquals(heat.length, 4 * 36);
  assert(heat.every((value) => value >= 0 && value <= 1));
});

Deno.test("label smoothing gives all classes a share of the target", async () => {
  await useBackend("cpu");
  const { probabilities, loss } = evaluate({ ...OPTIONS, labelSmoothing: 0.2 });
  const entropy = labels.map((label, i) => {
    const [own, other] = [probabilities[2 * i + label], probabilities[2 * i + 1 - label]];
    return -OPTIONS.classWeights[label] * (0.9 * Math.log(own) + 0.1 * Math.log(other));
  });
  assertAlmostEquals(loss, entropy.reduce((a, b) => a + b) / 4, 1e-5);
});

Deno.test("buildCnn() has hidden layers and normalization where they are asked for", () => {
  const layersOf = (options: Partial<CnnOptions>) => {
    const { networks } = buildCnn([6, 6, 1], { ...OPTIONS, ...options });
    return Object.values(networks).flatMap(({ layers }) => layers.map(({ name }) => name));
  };
  assertEquals(layersOf({}), [
    "images",
    "features_conv_1",
    "features_relu_1",
    "maps",
    "head_flatten",
    "head_logits",
  ]);
  assertEquals(layersOf({ hidden: [5], batchNormalization: true, dropout: 0.5 }), [
    "images",
    "features_conv_1",
    "features_normalization_1",
    "features_relu_1",
    "maps",
    "head_flatten",
    "head_dropout_1",
    "head_dense_1",
    "head_normalization_1",
    "head_relu_1",
    "head_dropout_2",
    "head_logits",
  ]);
});

Deno.test("buildHead() classifies features, which it normalizes", async () => {
  await useBackend("cpu");
  const { networks, probabilities, losses } = buildHead([3], OPTIONS);
  assertEquals(networks.head.layers[1].name, "head_normalization");
  const deep = buildHead([3], { ...OPTIONS, hidden: [4], dropout: 0.5 });
  // The features themselves are not dropped.
  assertEquals(deep.networks.head.layers.map(({ name }) => name), [
    "maps",
    "head_normalization",
    "head_dense_1",
    "head_relu_1",
    "head_dropout_2",
    "head_logits",
  ]);
  tf.tidy(() => {
    const features = tf.tensor2d([[1, 2, 3], [-1, 0, 100]]);
    assertEquals(probabilities(features).shape, [2, 2]);
    assert(Number.isFinite(losses({ features, labels: tf.tensor1d([0, 1]) }).loss.dataSync()[0]));
  });
});
