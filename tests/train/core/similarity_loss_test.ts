import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../../lib/array/random.ts";
import { structuralSimilarity } from "../../../lib/metrics/ssim.ts";
import { dissimilarity } from "../../../train/core/similarity_loss.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

Deno.test("dissimilarity() is 1 less the SSIM of the metrics", async () => {
  await useBackend("cpu");
  const random = new Random(0, "pixels");
  for (const shape of [[7, 7, 1], [8, 11, 1], [10, 9, 3]] as [number, number, number][]) {
    const size = 3 * shape.reduce((a, b) => a * b);
    const a = Float32Array.from({ length: size }, () => random.uniform());
    // A copy, a blend, and other pixels.
    const b = a.map((value, i) =>
      value + Math.floor(3 * i / size) / 2 * (random.uniform() - value)
    );
    const expected = structuralSimilarity([a, b], shape);
    const found = tf.tidy(() =>
      dissimilarity(tf.tensor4d(a, [3, ...shape]), tf.tensor4d(b, [3, ...shape])).dataSync()
    );
    found.forEach((value, i) => assertAlmostEquals(value, 1 - expected[i], 1e-4));
  }
});

Deno.test("the gradient of dissimilarity() is that of finite differences", async () => {
  await useBackend("cpu");
  const random = new Random(1, "pixels");
  const pixels = () => Float32Array.from({ length: 64 }, () => random.uniform());
  const [a, b] = [pixels(), pixels()];
  const loss = (values: Float32Array) => 1 - structuralSimilarity([values, b], [8, 8, 1])[0];
  const gradient = tf.tidy(() =>
    tf.grad((x) => tf.sum(dissimilarity(x as tf.Tensor4D, tf.tensor4d(b, [1, 8, 8, 1]))))(
      tf.tensor4d(a, [1, 8, 8, 1]),
    ).dataSync()
  );
  for (const i of [0, 9, 27, 63]) {
    const moved = [1e-3, -1e-3].map((step) =>
      loss(a.map((value, j) => i === j ? value + step : value))
    );
    assertAlmostEquals(gradient[i], (moved[0] - moved[1]) / 2e-3, 2e-4);
  }
});
