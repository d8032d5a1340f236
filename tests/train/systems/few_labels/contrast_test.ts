import * as tf from "@tensorflow/tfjs-core";
import { assertAlmostEquals } from "@std/assert";
import { contrastLoss } from "../../../../train/systems/few_labels/contrast.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";

Deno.test("contrastLoss() is NT-Xent in float64", async () => {
  await useBackend("cpu");
  const views = [[1, 2, 0], [0, 1, -1], [2, 0, 1], [1, 1, 0], [0.5, 1, -2], [1, -1, 1]];
  const unit = views.map((view) => view.map((value) => value / Math.hypot(...view)));
  const cosine = (a: number, b: number) =>
    unit[a].reduce((sum, value, i) => sum + value * unit[b][i], 0) / 0.2;
  let expected = 0;
  for (let i = 0; i < 6; i++) {
    let others = 0;
    for (let j = 0; j < 6; j++) if (j !== i) others += Math.exp(cosine(i, j));
    expected += (Math.log(others) - cosine(i, (i + 3) % 6)) / 6;
  }
  const loss = tf.tidy(() =>
    contrastLoss(tf.tensor2d(views.slice(0, 3)), tf.tensor2d(views.slice(3))).dataSync()[0]
  );
  assertAlmostEquals(loss, expected, 1e-4);
});
