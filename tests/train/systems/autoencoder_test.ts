import { assert, assertEquals, assertRejects } from "@std/assert";
import { toFloat32 } from "../../../lib/data/mod.ts";
import { InputError } from "../../../lib/input_error.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { autoencoder } from "../../../train/systems/autoencoder.ts";
import { checkTrained, open, sides } from "./tiny_system.ts";

const { images } = sides(64);
const data = { train: images, validation: sides(8).images, test: sides(20).images };
const training = { batchSize: 16, session: { threads: 1 } };

for (
  const [about, options, code] of [
    ["dense layers", { hidden: [8] }, [2]],
    ["convolutions", { network: "conv", filters: [4] }, [20]],
    ["maps that noise is taken from", { network: "conv", filters: [4], corruption: 0.3 }, [
      4,
      4,
      4,
    ]],
  ] as const
) {
  Deno.test(`autoencoder trains ${about} without labels, and its decoder takes what its encoder gives`, async () => {
    const trained = await trainSystem(autoencoder, data, {
      ...training,
      options: { ...options, epochs: 4 },
    });
    checkTrained(trained, 4);
    assert(Number(trained.history[3].loss) < Number(trained.history[0].loss));
    const encoder = await open(trained, "encoder.onnx");
    const decoder = await open(trained, "decoder.onnx");
    const { z } = await encoder.run({ images: toFloat32(images) });
    assertEquals(z.shape, [64, ...code]);
    assertEquals((await decoder.run({ z })).images.shape, [64, 8, 8, 1]);
    await encoder.release();
    await decoder.release();

    const { metrics, examples, latents, latentDim } = trained;
    assertEquals(metrics.scored, { count: 20, split: "test images" });
    const isNoisy = "corruption" in options;
    assertEquals(examples.test!.images.shape, [10, 8, 8, 1]);
    assertEquals(examples.test!.corrupted !== undefined, isNoisy);
    assertEquals(metrics.noisyMeanSquaredError !== undefined, isNoisy);
    if (isNoisy) assertEquals(latents, undefined);
    else assertEquals([latents!.z.shape, latentDim], [[64, code[0]], code[0]]);
  });
}

Deno.test("autoencoder of dense layers needs latent variables", async () => {
  await assertRejects(
    () => trainSystem(autoencoder, data, { ...training, options: { latentDim: 0 } }),
    InputError,
    "--network conv has",
  );
});
