import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { toFloat32 } from "../../lib/data/mod.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import {
  type Model,
  type ModelName,
  MODELS,
  modelVariables,
  namedVariables,
  trainableVariables,
} from "../../train/models/mod.ts";
import { blobs } from "./core/step_case.ts";
import { take } from "../../lib/array/rows.ts";

await useBackend("cpu");

/** The values of a model's variables by name. */
async function weightsOf(model: Model): Promise<Record<string, Float32Array>> {
  const entries = Object.entries(namedVariables(model)).map(async ([name, variable]) => [
    name,
    (await variable.data() as Float32Array).slice(),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

function imageBatch(count: number): tf.Tensor4D {
  const { data } = toFloat32(take(blobs(count), Array.from({ length: count }, (_, i) => i)));
  return tf.tensor4d(data, [count, 8, 8, 1]);
}

// One suite for every model: a new one is held to it by its line in the table.
for (const name of Object.keys(MODELS) as ModelName[]) {
  const build = (options: Parameters<typeof MODELS[ModelName]>[1]) =>
    MODELS[name]([8, 8, 1], options);

  Deno.test(`${name} has the weights of its seed, and others for another`, async () => {
    const options = { hidden: [16, 8], latentDim: 3 };
    const weights = await weightsOf(build({ ...options, seed: 7 }));
    // TensorFlow.js numbers variables on and keeps a global state: a second model must not see it.
    assertEquals(await weightsOf(build({ ...options, seed: 7 })), weights);
    const others = await weightsOf(build({ ...options, seed: 8 }));
    assertEquals(Object.keys(others), Object.keys(weights));
    for (const [name, values] of Object.entries(weights)) {
      assert(values.every((value, i) => value !== others[name][i]), name);
    }
  });

  Deno.test(`${name} draws weights uniformly within 1/sqrt(fanIn)`, async () => {
    const model = build({ hidden: [100, 50], latentDim: 4 });
    const weights = await weightsOf(model);
    for (const [name, { shape }] of Object.entries(namedVariables(model))) {
      const kernel = name.replace(/bias$/, "kernel");
      const fanIn = namedVariables(model)[kernel].shape[0];
      const limit = 1 / Math.sqrt(fanIn);
      const largest = weights[name].reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      assert(largest <= limit, `${name} reaches ${largest}, beyond ${limit}`);
      if (shape.length === 1) continue;
      // 400 draws and more: all but surely one comes within a twentieth of the limit, and their
      // variance within a quarter of a uniform distribution's.
      assert(largest > 0.95 * limit, `${name} reaches only ${largest} of ${limit}`);
      const variance = weights[name].reduce((sum, value) => sum + value ** 2, 0) /
        weights[name].length;
      assertAlmostEquals(variance, limit ** 2 / 3, limit ** 2 / 12);
    }
  });

  Deno.test(`${name} encodes to latentDim values an image, and decodes to images in [0, 1]`, async () => {
    for (const latentDim of [1, 2, 5]) {
      const model = build({ hidden: [16], latentDim });
      const images = imageBatch(7);
      const { zMean, zLogVar } = model.encode(images);
      assertEquals([zMean.shape, zLogVar.shape], [[7, latentDim], [7, latentDim]]);
      const decoded = model.decode(zMean);
      assertEquals(decoded.shape, [7, 8, 8, 1]);
      assertEquals([model.latentDim, model.imageShape], [latentDim, [8, 8, 1]]);
      for (const value of await decoded.data()) assert(value > 0 && value < 1);
      // Images of a batch do not touch each other.
      const [alone] = await model.encode(tf.slice(images, [6], [1])).zMean.data();
      assertAlmostEquals((await zMean.data())[6 * latentDim], alone, 1e-6);
    }
  });

  Deno.test(`${name} keeps the log variance within 10 of 0, whatever its layer says`, async () => {
    const model = build({ hidden: [16] });
    const bias = namedVariables(model)["z_log_var/bias"];
    for (const [value, expected] of [[1000, 10], [-1000, -10]]) {
      bias.assign(tf.fill(bias.shape, value));
      for (const logVar of await model.encode(imageBatch(2)).zLogVar.data()) {
        assertEquals(logVar, expected);
      }
    }
  });

  Deno.test(`${name} trains all of its variables, each under a name of its own`, () => {
    const model = build({ hidden: [16, 8] });
    assertEquals(trainableVariables(model), modelVariables(model));
    assertEquals(Object.values(namedVariables(model)), modelVariables(model));
    // Kernel and bias of 2 hidden layers twice, of both latent layers and of the last one.
    assertEquals(modelVariables(model).length, 14);
  });
}
