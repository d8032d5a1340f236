import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { buildVqVae } from "../../../train/networks/vq_vae.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { numbers } from "./linear_vae.ts";

const OPTIONS = {
  filters: [2],
  residualBlocks: 1,
  codes: 3,
  codeDim: 2,
  commitment: 0.25,
  variance: 0.1,
  decay: 0.9,
  seed: 0,
};
const pixels = numbers("pixels", 5 * 16).map(Math.abs);

Deno.test("quantize() gives the nearest code of each vector", async () => {
  await useBackend("cpu");
  const model = buildVqVae([4, 4, 1], OPTIONS);
  tf.tidy(() => {
    const vectors = numbers("vectors", 2 * 2 * 2 * 2);
    const { codes, z } = model.quantize(tf.tensor(vectors, [2, 2, 2, 2]));
    assertEquals([codes.shape, z.shape], [[2, 2, 2], [2, 2, 2, 2]]);
    const codebook = model.codebook.dataSync();
    codes.dataSync().forEach((code, i) => {
      const distances = [0, 1, 2].map((k) =>
        (vectors[2 * i] - codebook[2 * k]) ** 2 + (vectors[2 * i + 1] - codebook[2 * k + 1]) ** 2
      );
      assertEquals(code, distances.indexOf(Math.min(...distances)));
      assertAlmostEquals(z.dataSync()[2 * i], codebook[2 * code], 1e-7);
    });
  });
  Object.values(model.networks).forEach((network) => network.dispose());
});

Deno.test("a step moves the codebook to moving averages of the vectors that chose each code", async () => {
  await useBackend("cpu");
  const model = buildVqVae([4, 4, 1], OPTIONS);
  const images = tf.tensor(pixels, [5, 4, 4, 1]);
  const before = model.codebook.dataSync().slice();
  const [vectors, codes] = tf.tidy(() => {
    const vectors = model.encode(images);
    return [vectors.dataSync().slice(), model.quantize(vectors).codes.dataSync().slice()];
  });
  const losses = tf.tidy(() => {
    const found = model.step({ images, learningRate: tf.scalar(0.01) });
    return Object.fromEntries(Object.entries(found).map(([name, t]) => [name, t.dataSync()[0]]));
  });
  assertAlmostEquals(losses.loss, losses.reconstructionLoss + 0.25 * losses.commitmentLoss, 1e-6);
  const after = model.codebook.dataSync();
  for (let k = 0; k < 3; k++) {
    const chosen = [...codes.keys()].filter((i) => codes[i] === k);
    // Counts start at 1, sums at the codebook.
    const count = 0.9 + 0.1 * chosen.length;
    for (let j = 0; j < 2; j++) {
      const sum = 0.9 * before[2 * k + j] +
        0.1 * chosen.reduce((s, i) => s + vectors[2 * i + j], 0);
      assertAlmostEquals(after[2 * k + j], sum / count, 1e-5);
    }
  }
  images.dispose();
  Object.values(model.networks).forEach((network) => network.dispose());
});

Deno.test("gradients reach the encoder through the codes", async () => {
  await useBackend("cpu");
  const model = buildVqVae([4, 4, 1], { ...OPTIONS, commitment: 0 });
  const kernel = model.networks.encoder.getWeights()[0];
  const before = kernel.dataSync().slice();
  tf.tidy(() => {
    model.step({ images: tf.tensor(pixels, [5, 4, 4, 1]), learningRate: tf.scalar(0.01) });
  });
  const after = model.networks.encoder.getWeights()[0].dataSync();
  assert(after.some((value, i) => value !== before[i]));
  Object.values(model.networks).forEach((network) => network.dispose());
});

Deno.test("a code that no vector chooses begins anew at a vector of the batch", async () => {
  await useBackend("cpu");
  const model = buildVqVae([4, 4, 1], { ...OPTIONS, codes: 40, decay: 0 });
  const images = tf.tensor(pixels, [5, 4, 4, 1]);
  const vectors = tf.tidy(() => model.encode(images).dataSync().slice());
  tf.tidy(() => void model.step({ images, learningRate: tf.scalar(0) }));
  const after = model.codebook.dataSync();
  // 20 vectors choose at most 20 of 40 codes, so that others are vectors now.
  const near = (k: number, i: number) =>
    Math.abs(after[2 * k] - vectors[2 * i]) + Math.abs(after[2 * k + 1] - vectors[2 * i + 1]) <
      1e-5;
  const anew = Array.from({ length: 40 }, (_, k) => k)
    .filter((k) => Array.from({ length: 20 }, (_, i) => i).some((i) => near(k, i)));
  assert(anew.length >= 20, `${anew.length} codes`);
  images.dispose();
  Object.values(model.networks).forEach((network) => network.dispose());
});
