import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { buildAutoencoder } from "../../../train/networks/autoencoder.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { numbers } from "./linear_vae.ts";

const OPTIONS = { hidden: [6, 4], filters: [2, 3], corruption: 0, seed: 0 };

for (
  const [network, latentDim, shape, code] of [
    ["mlp", 2, [4, 6, 3], [2]],
    ["conv", 5, [7, 10, 3], [5]],
    ["conv", 0, [9, 8, 1], [3, 2, 3]],
    ["conv", 0, [1, 1, 1], [1, 1, 3]],
  ] as const
) {
  Deno.test(`a ${network} autoencoder of images of ${shape.join("x")} has codes of ${code.join("x")}`, async () => {
    await useBackend("cpu");
    const model = buildAutoencoder(shape, { ...OPTIONS, network, latentDim });
    tf.tidy(() => {
      const pixels = numbers("pixels", 2 * shape[0] * shape[1] * shape[2]).map(Math.abs);
      const z = model.encode(tf.tensor(pixels, [2, ...shape]));
      assertEquals(z.shape, [2, ...code]);
      const decoded = model.decode(z);
      assertEquals(decoded.shape, [2, ...shape]);
      assert(decoded.dataSync().every((value) => value > 0 && value < 1));
    });
    Object.values(model.networks).forEach((network) => network.dispose());
  });
}

for (const corruption of [0, 0.5]) {
  Deno.test(`the loss is the mean squared error from the clean images (corruption ${corruption})`, async () => {
    await useBackend("cpu");
    const model = buildAutoencoder([4, 4, 1], {
      ...OPTIONS,
      network: "mlp",
      latentDim: 2,
      corruption,
    });
    const images = numbers("pixels", 3 * 16).map((value) => Math.min(1, Math.abs(value)));
    const noise = numbers("noise", 3 * 16);
    tf.tidy(() => {
      const shape = [3, 4, 4, 1];
      const batch = { images: tf.tensor(images, shape), noise: tf.tensor(noise, shape) };
      const seen = images.map((value, i) =>
        Math.min(1, Math.max(0, value + corruption * noise[i]))
      );
      const decoded = model.decode(model.encode(tf.tensor(seen, shape))).dataSync<"float32">();
      const expected = decoded.reduce((sum, value, i) => sum + (value - images[i]) ** 2, 0) / 48;
      assertAlmostEquals(model.losses(batch).loss.dataSync()[0], expected, 1e-6);
    });
    Object.values(model.networks).forEach((network) => network.dispose());
  });
}
