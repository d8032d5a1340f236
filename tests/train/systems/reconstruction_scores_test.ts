import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { toFloat32 } from "../../../lib/data/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { tinyDecoder, tinyEncoder, tinyImages } from "../../tiny_run.ts";
import {
  addNoise,
  scoredImages,
  scoreReconstruction,
} from "../../../train/systems/reconstruction_scores.ts";

const images = ndarray("uint8", [12, 4, 4, 1], tinyImages([1, 4, 8, 1, 4, 8, 1, 4, 8, 1, 4, 8]));

Deno.test("scoredImages() takes the images that training has seen least of", () => {
  const [train, validation, test] = [images, { ...images }, { ...images }];
  const of = (data: Parameters<typeof scoredImages>[0]) => {
    const { images, role, scored } = scoredImages(data);
    return [images, role, scored.split];
  };
  assertEquals(of({ train, validation, test }), [test, "test", "test images"]);
  assertEquals(of({ train, validation, test: undefined }), [
    validation,
    "train",
    "validation images",
  ]);
  assertEquals(of({ train, validation: undefined, test: undefined }), [
    train,
    "train",
    "training images",
  ]);
});

Deno.test("scoreReconstruction() compares with the clean images, and counts the noise", async () => {
  const encoder = await createSession(tinyEncoder(), { threads: 1 });
  const decoder = await createSession(tinyDecoder(), { threads: 1 });
  const clean = toFloat32(images);
  const black = ndarray("float32", clean.shape, new Float32Array(clean.data.length));
  const { metrics, examples } = await scoreReconstruction(images, {
    encoder,
    decoder,
    corrupt: () => black,
  });
  await encoder.release();
  await decoder.release();
  const mse = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;
  assertAlmostEquals(metrics.noisyMeanSquaredError!, mse(clean.data, black.data), 1e-6);
  // Every image is decoded from that of a black one.
  const one = toFloat32(examples.reconstructed!).data.slice(0, 16);
  const decoded = Float32Array.from(clean.data, (_, i) => one[i % 16]);
  assertAlmostEquals(metrics.reconstruction!.meanSquaredError, mse(clean.data, decoded), 1e-6);
  assertEquals([examples.images.shape, examples.corrupted!.shape], [[10, 4, 4, 1], [10, 4, 4, 1]]);
});

Deno.test("addNoise() has the standard deviation that is asked for, and stays in [0, 1]", () => {
  const grey = ndarray("float32", [50, 8, 8, 1], new Float32Array(3200).fill(0.5));
  const { data } = addNoise(grey, 0.1, new Random(1, "noise"));
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / 3200);
  assertAlmostEquals(deviation, 0.1, 0.005);
  const loud = addNoise(grey, 2, new Random(1, "noise")).data;
  assert(loud.every((value) => value >= 0 && value <= 1) && loud.includes(0) && loud.includes(1));
});
