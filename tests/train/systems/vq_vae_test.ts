import { assert, assertEquals } from "@std/assert";
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
