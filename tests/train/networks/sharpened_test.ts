import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { structuralSimilarity } from "../../../lib/metrics/ssim.ts";
import { sharpened } from "../../../train/networks/sharpened.ts";
import { buildVae } from "../../../train/networks/vae.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { numbers } from "./linear_vae.ts";

Deno.test("the loss of a sharpened VAE is the squared error and 1 - SSIM of its decoded images", async () => {
  await useBackend("cpu");
  const options = { reconstruction: "bernoulli", standardDeviation: 0.1, seed: 0 } as const;
  const vae = buildVae([8, 8, 1], { ...options, hidden: [5], latentDim: 2 });
  const images = numbers("images", 3 * 64).map(Math.abs);
  const [decoded, losses] = tf.tidy(() => {
    const z = tf.tensor2d(numbers("z", 6), [3, 2]);
    return [
      vae.decode(z).dataSync(),
      sharpened(vae).reconstructionLoss(z, tf.tensor(images, [3, 8, 8, 1])).dataSync(),
    ];
  });
  const similarity = structuralSimilarity([images, decoded], [8, 8, 1]);
  losses.forEach((loss, i) => {
    let squares = 0;
    for (let j = 64 * i; j < 64 * (i + 1); j++) squares += (images[j] - decoded[j]) ** 2;
    assertAlmostEquals(loss, 20 * squares + 400 * (1 - similarity[i]), 1e-2);
  });
  Object.values(vae.networks).forEach((network) => network.dispose());
});
