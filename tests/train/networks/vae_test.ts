import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { bernoulliLoss, gaussianLoss } from "../../../train/core/losses.ts";
import { buildVae, encodePair, reparameterize } from "../../../train/networks/vae.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { numbers } from "./linear_vae.ts";

const OPTIONS = { hidden: [6], latentDim: 2, standardDeviation: 0.1, seed: 0 } as const;
const pixels = numbers("pixels", 3 * 16).map(Math.abs);

Deno.test("buildVae() encodes, decodes to pixels in [0, 1], and repeats for the same seed", async () => {
  await useBackend("cpu");
  const [a, b] = [0, 0].map(() => buildVae([4, 4, 1], { ...OPTIONS, reconstruction: "bernoulli" }));
  tf.tidy(() => {
    const images = tf.tensor(pixels, [3, 4, 4, 1]);
    const { zMean, zLogVar } = a.encode(images);
    assertEquals([zMean.shape, zLogVar.shape, a.latentDim], [[3, 2], [3, 2], 2]);
    const decoded = a.decode(zMean);
    assertEquals(decoded.shape, [3, 4, 4, 1]);
    assert(decoded.dataSync().every((value) => value > 0 && value < 1));
    assertEquals(b.encode(images).zMean.dataSync(), zMean.dataSync());
  });
  for (const { networks } of [a, b]) {
    Object.values(networks).forEach((network) => network.dispose());
  }
});

Deno.test("the log variance stays within 10, so that its exponential is finite", async () => {
  await useBackend("cpu");
  const vae = buildVae([4, 4, 1], { ...OPTIONS, reconstruction: "bernoulli" });
  tf.tidy(() => {
    const { zLogVar } = vae.encode(tf.fill([1, 4, 4, 1], 1e6));
    assert([...zLogVar.dataSync()].every((value) => Math.abs(value) === 10));
  });
  Object.values(vae.networks).forEach((network) => network.dispose());
});

for (const reconstruction of ["bernoulli", "gaussian"] as const) {
  Deno.test(`reconstructionLoss() is the ${reconstruction} loss of what is decoded`, async () => {
    await useBackend("cpu");
    const vae = buildVae([4, 4, 1], { ...OPTIONS, reconstruction });
    tf.tidy(() => {
      const images = tf.tensor(pixels, [3, 4, 4, 1]);
      const z = tf.tensor2d(numbers("z", 6), [3, 2]);
      const decoded = vae.decode(z);
      const expected = reconstruction === "gaussian"
        ? gaussianLoss(decoded, images, { standardDeviation: 0.1 })
        : bernoulliLoss(tf.log(tf.div(decoded, tf.sub(1, decoded))) as tf.Tensor4D, images);
      const found = vae.reconstructionLoss(z, images).dataSync();
      assertEquals(found.length, 3);
      expected.dataSync().forEach((value, i) => assertAlmostEquals(found[i] / value, 1, 1e-4));
    });
    Object.values(vae.networks).forEach((network) => network.dispose());
  });
}

Deno.test("reparameterize() adds noise times the standard deviation; encodePair() encodes both", async () => {
  await useBackend("cpu");
  const vae = buildVae([4, 4, 1], { ...OPTIONS, reconstruction: "bernoulli" });
  tf.tidy(() => {
    const posterior = { zMean: tf.tensor2d([[1, 2]]), zLogVar: tf.tensor2d([[0, Math.log(4)]]) };
    assertEquals([...reparameterize(posterior, tf.tensor2d([[3, -1]])).dataSync()], [4, 0]);
    const images = tf.tensor(pixels, [3, 4, 4, 1]);
    const copies = tf.reverse(images, 2);
    const { posterior: found, augmentedMean } = encodePair(vae, images, copies);
    assertEquals(found.zMean.dataSync(), vae.encode(images).zMean.dataSync());
    assertEquals(found.zLogVar.dataSync(), vae.encode(images).zLogVar.dataSync());
    assertEquals(augmentedMean.dataSync(), vae.encode(copies).zMean.dataSync());
  });
  Object.values(vae.networks).forEach((network) => network.dispose());
});
