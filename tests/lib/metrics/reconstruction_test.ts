import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { slice } from "../../../lib/array/rows.ts";
import { toFloat32 } from "../../../lib/data/pixels.ts";
import { reconstructImages, ReconstructionTally } from "../../../lib/metrics/reconstruction.ts";
import { meanSquaredError } from "../../../lib/metrics/classification.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { Random } from "../../../lib/array/random.ts";
import { structuralSimilarity } from "../../../lib/metrics/ssim.ts";
import { tinyDecoder, tinyEncoder, tinyImages } from "../../tiny_run.ts";

Deno.test("reconstructImages() decodes the latent means, whatever the chunks", async () => {
  const images = ndarray("uint8", [7, 4, 4, 1], tinyImages([1, 4, 8, 8, 4, 1, 1]));
  const encoder = await createSession(tinyEncoder());
  const decoder = await createSession(tinyDecoder());
  const whole = await reconstructImages(images, { encoder, decoder });
  const parts = await reconstructImages(images, { encoder, decoder, chunkSize: 3 });
  assertEquals(parts, whole);
  const tally = new ReconstructionTally();
  tally.add(images, whole);
  const { meanSquaredError, structuralSimilarity } = tally.scores();
  assert(meanSquaredError > 0.001 && meanSquaredError < 0.02);
  // Smaller than the window.
  assertEquals(structuralSimilarity, null);
  for (const session of [encoder, decoder]) await session.release();
});

Deno.test("ReconstructionTally takes bytes and floats, and averages over images", () => {
  const random = new Random(4);
  const shape = [3, 8, 9, 1];
  const bytes = ndarray(
    "uint8",
    shape,
    Uint8Array.from({ length: 3 * 72 }, () => random.integer(256)),
  );
  const actual = toFloat32(bytes).data;
  const made = ndarray("float32", shape, actual.map((value) => Math.min(1, value + 0.1)));
  const tally = new ReconstructionTally();
  tally.add(slice(bytes, 0, 2), slice(made, 0, 2));
  tally.add(slice(bytes, 2, 3), slice(made, 2, 3));
  const scores = tally.scores();
  const similarity = structuralSimilarity([actual, made.data], [8, 9, 1]);
  const mean = similarity.reduce((sum, value) => sum + value, 0) / 3;
  assert(Math.abs(scores.structuralSimilarity! - mean) < 1e-12);
  assert(Math.abs(scores.meanSquaredError - meanSquaredError(actual, made.data)) < 1e-12);
});
