import { assert, assertEquals } from "@std/assert";
import { buildClassifier } from "../../../lib/latent/classifier_graph.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { slice } from "../../../lib/array/rows.ts";
import { toFloat32 } from "../../../lib/data/pixels.ts";
import { evaluate, reconstructImages, ReconstructionTally } from "../../../lib/metrics/evaluate.ts";
import { meanSquaredError } from "../../../lib/metrics/classification.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { Random } from "../../../lib/array/random.ts";
import { structuralSimilarity } from "../../../lib/metrics/ssim.ts";
import { tinyDecoder, tinyEncoder, tinyImages, tinyMixture } from "../../tiny_run.ts";

Deno.test("evaluate() scores predictions and reconstructions over all chunks", async () => {
  const shown = [1, 4, 8, 8, 4, 1, 1];
  const images = ndarray("uint8", [7, 4, 4, 1], tinyImages(shown));
  const classifier = await createSession(
    buildClassifier(tinyEncoder(), tinyMixture(), { input: "uint8" }),
  );
  const encoder = await createSession(tinyEncoder());
  const decoder = await createSession(tinyDecoder());
  const labels = Int32Array.from(shown);
  labels[0] = 8; // one label that the images do not bear out
  const metrics = await evaluate({ images, labels }, {
    classifier,
    decoder,
    seed: 5,
    split: "seven images",
    chunkSize: 3,
  });
  assertEquals(metrics.confusionMatrix, {
    classes: [1, 4, 8],
    counts: [[2, 0, 0], [0, 2, 0], [1, 0, 2]],
  });
  assertEquals(metrics.accuracy, 6 / 7);
  assertEquals([metrics.count, metrics.seed, metrics.split], [7, 5, "seven images"]);
  assertEquals(metrics.structuralSimilarity, null);
  const made = await reconstructImages(images, { encoder, decoder });
  const expected = meanSquaredError(toFloat32(images).data, made.data);
  assert(Math.abs(metrics.meanSquaredError - expected) < 1e-9);
  assert(metrics.meanSquaredError > 0.001 && metrics.meanSquaredError < 0.02);
  for (const session of [classifier, encoder, decoder]) await session.release();
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
