import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { toFloat32 } from "../../../lib/data/mod.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { vqVae } from "../../../train/systems/vq_vae.ts";
import { checkTrained, open, sides } from "./tiny_system.ts";

Deno.test("vq-vae trains without labels, and its decoder takes what its encoder gives", async () => {
  const { images } = sides(64);
  const data = { train: images, validation: sides(8).images, test: undefined };
  const trained = await trainSystem(vqVae, data, {
    options: { filters: [4], codes: 4, codeDim: 2, epochs: 3 },
    batchSize: 16,
    session: { threads: 1 },
  });
  checkTrained(trained, 3);
  assert(Number(trained.history[2].loss) < Number(trained.history[0].loss));
  assertEquals(Object.keys(trained.models).sort(), ["decoder.onnx", "encoder.onnx"]);
  const encoder = await open(trained, "encoder.onnx");
  const decoder = await open(trained, "decoder.onnx");
  const { codes, z } = await encoder.run({ images: toFloat32(images) });
  assertEquals([codes.shape, z.shape], [[64, 4, 4], [64, 4, 4, 2]]);
  assert([...codes.data].every((code) => Number(code) >= 0 && Number(code) < 4));
  const decoded = await decoder.run({ z });
  assertEquals(decoded.images.shape, [64, 8, 8, 1]);
  await encoder.release();
  await decoder.release();
});

Deno.test("vq-vae of dark images decodes what is bright in them, whatever the seed", async () => {
  // A bright row at one of seven places.
  const pixels = Uint8Array.from({ length: 140 * 64 }, (_, i) => {
    const [image, row] = [Math.floor(i / 64), Math.floor(i % 64 / 8)];
    return row === image % 7 ? 255 : 0;
  });
  const images = ndarray("uint8", [140, 8, 8, 1], pixels);
  for (const seed of [0, 1, 2]) {
    const { metrics } = await trainSystem(vqVae, {
      train: images,
      validation: undefined,
      test: undefined,
    }, { options: { epochs: 40 }, seed, batchSize: 20, engine: "onnx", session: { threads: 1 } });
    // All black, it is the mean of x^2 as a share of the variance: 8 / 7.
    assert(Number(metrics.relativeSquaredError) < 0.5, String(metrics.relativeSquaredError));
  }
});
