import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { buildVae } from "../../../train/networks/vae.ts";

const options = {
  network: "conv",
  hidden: [],
  filters: [4, 8],
  latentDim: 3,
  reconstruction: "bernoulli",
  standardDeviation: 0.1,
} as const;

Deno.test("a convolutional VAE maps images of any size to latent variables and back", () => {
  for (const shape of [[8, 8, 1], [9, 13, 3]] as const) {
    const { encode, decode, networks } = buildVae(shape, { ...options, seed: 1 });
    const images = tf.ones([2, ...shape]);
    const { zMean, zLogVar } = encode(images);
    assertEquals([zMean.shape, zLogVar.shape], [[2, 3], [2, 3]]);
    assertEquals(decode(zMean).shape, [2, ...shape]);
    assertEquals(Object.values(networks).map(({ name }) => name), ["encoder", "decoder"]);
  }
});

Deno.test("a convolutional VAE has equal weights for equal seeds", () => {
  const [first, same, other] = [1, 1, 2].map((seed) => {
    const { networks } = buildVae([8, 8, 1], { ...options, seed });
    return Object.values(networks).flatMap((network) =>
      network.getWeights().map((weight) => [...weight.dataSync()])
    );
  });
  assertEquals(first, same);
  assertEquals(first.length > 4 && String(first) !== String(other), true);
});
