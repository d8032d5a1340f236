import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { histogramsOfGradients } from "../../../lib/features/hog.ts";
import { buildDescription, lookOf } from "../../../lib/latent/outlier_graph.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { bars, encodeHalves, HISTOGRAMS } from "./outlier_case.ts";

Deno.test("lookOf() takes histograms where there are two cells each way", () => {
  assertEquals(lookOf([28, 28, 1]), "histograms of gradients");
  assertEquals(lookOf([4, 4, 3]), "histograms of gradients");
  assertEquals(lookOf([28, 7, 1]), "pixels");
  assertEquals(lookOf([3, 3, 1]), "pixels");
});

Deno.test("a description has histograms, latent means, ink and roughness", async () => {
  const images = bars(3, 0);
  const session = await createSession(buildDescription(HISTOGRAMS, encodeHalves));
  const { block0, block1, plain } = await session.run({ images });
  await session.release();
  const expected = histogramsOfGradients(images);
  assertEquals(block0.shape, expected.shape);
  expected.data.forEach((value, i) => assertAlmostEquals(Number(block0.data[i]), value, 1e-4));
  assertEquals([block1.shape, plain.shape], [[3, 2], [3, 2]]);
  const pixels = images.data.subarray(0, 144);
  const mean = (values: Float32Array) => values.reduce((a, b) => a + b) / values.length;
  const ink = mean(pixels);
  assertAlmostEquals(Number(plain.data[0]), ink, 1e-5);
  const squares = [1, 12].map((step) =>
    mean(pixels.map((value, p) => (value - pixels[p - step]) ** 2).slice(step))
  );
  const variance = mean(pixels.map((value) => (value - ink) ** 2));
  assertAlmostEquals(Number(plain.data[1]), (squares[0] + squares[1]) / (4 * variance), 1e-4);
});

Deno.test("a description of large images by pixels has means of squares of pixels", async () => {
  const shape = [64, 64, 3];
  const description = buildDescription({ shape, look: "pixels" }, (builder, images) => ({
    straight: images,
    zMean: builder.op.ReduceMean(images, { axes: [1, 2], keepdims: 0 }),
  }));
  const pixels = Float32Array.from({ length: 64 * 64 * 3 }, (_, i) => i % 3 / 2);
  const session = await createSession(description);
  const { block0 } = await session.run({ images: ndarray("float32", [1, ...shape], pixels) });
  await session.release();
  assertEquals(block0.shape, [1, 3 * 21 * 21]);
  assertEquals([0, 21 * 21, 2 * 21 * 21].map((i) => Number(block0.data[i])), [0, 0.5, 1]);
});
