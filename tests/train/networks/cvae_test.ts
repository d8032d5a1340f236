import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { buildCvae, type CvaeOptions } from "../../../train/networks/cvae.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { numbers } from "./linear_vae.ts";

const SHAPE = [4, 4, 1] as const;
const BATCH = 3, LATENT = 2;
const pixels = numbers("pixels", BATCH * 16).map(Math.abs);
const epsilon = numbers("epsilon", BATCH * LATENT);
const CONDITIONS: Readonly<Record<string, CvaeOptions["condition"]>> = {
  label: { classes: 3 },
  "1 quadrant": { quadrants: 1 },
  "3 quadrants": { quadrants: 3 },
};

/** Whether a pixel of 4x4 is given. */
const isGiven = (condition: CvaeOptions["condition"], i: number) => {
  if ("classes" in condition) return false;
  const below = i >= 8, right = i % 4 >= 2;
  return condition.quadrants === 1 ? below && !right : !(below && right);
};

for (const [about, condition] of Object.entries(CONDITIONS)) {
  Deno.test(`losses and weights of importance are what their formulas give in float64 (${about})`, async () => {
    await useBackend("cpu");
    const model = buildCvae(SHAPE, {
      condition,
      hidden: [6, 5],
      latentDim: LATENT,
      beta: 2.5,
      seed: 3,
    });
    const found = tf.tidy(() => {
      const images = tf.tensor(pixels, [BATCH, ...SHAPE]);
      const given = "classes" in condition
        ? tf.tensor2d([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
        : images;
      const batch = { images, condition: given, epsilon: tf.tensor2d(epsilon, [BATCH, LATENT]) };
      const read = ({ zMean, zLogVar }: ReturnType<typeof model.encode>) => ({
        mean: [...zMean.dataSync()],
        logVar: [...zLogVar.dataSync()],
      });
      const q = read(model.encode(images));
      const p = read(model.prior(given));
      const z = q.mean.map((mean, i) => mean + Math.exp(q.logVar[i] / 2) * epsilon[i]);
      const decode = model.decode(tf.tensor2d(z, [BATCH, LATENT]), given);
      const losses = model.losses(batch);
      return {
        q,
        p,
        z,
        decoded: [...decode.dataSync()],
        baseline: model.baseline && [...model.baseline.predict(given).dataSync()],
        losses: Object.fromEntries(
          Object.entries(losses).map(([name, loss]) => [name, loss.dataSync()[0]]),
        ),
        weights: [...model.logWeight(batch).dataSync()],
      };
    });
    const { q, p, z, losses } = found;
    const crossEntropy = (predicted: readonly number[], row: number) => {
      let sum = 0;
      for (let i = 0; i < 16; i++) {
        const [x, y] = [pixels[row * 16 + i], predicted[row * 16 + i]];
        if (isGiven(condition, i)) assertEquals(y, x);
        else sum -= x * Math.log(y) + (1 - x) * Math.log(1 - y);
      }
      return sum;
    };
    const logNormal = (of: typeof q, i: number) =>
      -0.5 * ((z[i] - of.mean[i]) ** 2 / Math.exp(of.logVar[i]) + of.logVar[i]);
    let [reconstruction, kl, baseline] = [0, 0, 0];
    for (let row = 0; row < BATCH; row++) {
      const loss = crossEntropy(found.decoded, row);
      reconstruction += loss / BATCH;
      let weight = -loss;
      for (let i = row * LATENT; i < (row + 1) * LATENT; i++) {
        const [vq, vp] = [q.logVar[i], p.logVar[i]].map(Math.exp);
        kl += 0.5 * (Math.log(vp / vq) + (vq + (q.mean[i] - p.mean[i]) ** 2) / vp - 1) / BATCH;
        weight += logNormal(p, i) - logNormal(q, i);
      }
      assertAlmostEquals(found.weights[row], weight, 1e-4);
      if (found.baseline) baseline += crossEntropy(found.baseline, row) / BATCH;
    }
    assertAlmostEquals(losses.reconstructionLoss, reconstruction, 1e-4);
    assertAlmostEquals(losses.klLoss, kl, 1e-5);
    assertAlmostEquals(losses.loss, reconstruction + 2.5 * kl, 1e-4);
    if (found.baseline) assertAlmostEquals(losses.baselineLoss, baseline, 1e-4);
    Object.values(model.networks).forEach((network) => network.dispose());
  });
}

Deno.test("what is not given changes neither prior nor completion nor baseline", async () => {
  await useBackend("cpu");
  const condition = { quadrants: 1 } as const;
  const model = buildCvae(SHAPE, { condition, hidden: [6], latentDim: LATENT, beta: 1, seed: 3 });
  const answers = [0, 1].map((rest) =>
    tf.tidy(() => {
      const changed = Float32Array.from(
        pixels,
        (value, i) => isGiven(condition, i % 16) ? value : rest,
      );
      const part = tf.tensor(changed, [BATCH, ...SHAPE]);
      const z = tf.tensor2d(epsilon, [BATCH, LATENT]);
      const { zMean, zLogVar } = model.prior(part);
      return [zMean, zLogVar, model.decode(z, part), model.baseline!.predict(part)]
        .map((tensor) => [...tensor.dataSync()]);
    })
  );
  assertEquals(answers[0], answers[1]);
  assert(answers[0][2].every((value) => value >= 0 && value <= 1));
  Object.values(model.networks).forEach((network) => network.dispose());
});
