import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { dcgan } from "../../../train/systems/dcgan.ts";
import { checkTrained, open, sides } from "./tiny_system.ts";

Deno.test("dcgan trains without labels, generates from noise, and discriminates", async () => {
  const data = { train: sides(48).images, validation: undefined, test: undefined };
  const trained = await trainSystem(dcgan, data, {
    options: { latentDim: 3, filters: [4, 8], epochs: 2 },
    batchSize: 16,
    session: { threads: 1 },
  });
  checkTrained(trained, 2);
  assertEquals(Object.keys(trained.models).sort(), ["discriminator.onnx", "generator.onnx"]);
  assertEquals(trained.latentDim, 3);
  const generator = await open(trained, "generator.onnx");
  const noise = new Random(0).normals(15);
  const { images } = await generator.run({ z: ndarray("float32", [5, 3], noise) });
  assertEquals(images.shape, [5, 8, 8, 1]);
  assert([...images.data].every((value) => Number(value) >= 0 && Number(value) <= 1));
  const discriminator = await open(trained, "discriminator.onnx");
  const { probability } = await discriminator.run({ images });
  assertEquals(probability.shape, [5, 1]);
  await generator.release();
  await discriminator.release();
});
