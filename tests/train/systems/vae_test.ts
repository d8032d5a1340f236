import { assert, assertEquals } from "@std/assert";
import { toFloat32 } from "../../../lib/data/mod.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { vae } from "../../../train/systems/vae.ts";
import { checkTrained, open, part, sides } from "./tiny_system.ts";

Deno.test("vae finds the clusters of unlabelled images, and names them by a few labels", async () => {
  const all = sides(400);
  const data = {
    train: all.images,
    validation: sides(40).images,
    labelled: part(all, 0, 10),
    test: part(all, 300, 340),
    labelSamples: [part(all, 10, 20), part(all, 20, 30)],
  };
  const trained = await trainSystem(vae, data, {
    options: { hidden: [16], epochs: 3, clusterEpochs: 3, learningRate: 5e-3 },
    batchSize: 20,
    session: { threads: 1 },
  });
  checkTrained(trained, 6);
  assertEquals(new Set(trained.history.map(({ phase }) => phase)).size, 2);
  assertEquals([trained.latentDim, trained.classes], [2, [1, 4]]);
  assertEquals(trained.metrics.classification?.labelSamples?.count, 2);
  assert(trained.metrics.classification!.accuracy > 0.95);
  for (const file of ["encoder.onnx", "decoder.onnx", "classifier.onnx", "classifier_uint8.onnx"]) {
    assert(file in trained.models, file);
  }
  const session = await open(trained, "classifier.onnx");
  const { label, z_mean: zMean } = await session.run({ images: toFloat32(data.test.images) });
  const same = [...label.data].filter((value, i) => Number(value) === data.test.labels[i]).length;
  assertEquals([same / 40, zMean.shape], [trained.metrics.classification!.accuracy, [40, 2]]);
  await session.release();
});

Deno.test("vae trains for sharper reconstructions at the end, under the prior of the phase before", async () => {
  const all = sides(200);
  const data = {
    train: all.images,
    validation: undefined,
    labelled: part(all, 0, 10),
    test: part(all, 100, 140),
    labelSamples: [],
  };
  for (const clusterEpochs of [0, 1]) {
    const { history } = await trainSystem(vae, data, {
      options: { hidden: [8], latentDim: 2, epochs: 1, clusterEpochs, reconstructionEpochs: 3 },
      batchSize: 20,
      session: { threads: 1 },
    });
    const phases = history.map(({ phase }) => phase);
    const before = clusterEpochs === 0 ? ["elbo"] : ["elbo", "clusters"];
    assertEquals(phases, [...before, ...Array(3).fill("reconstruction")]);
    const losses = history.slice(-3).map(({ reconstructionLoss }) => Number(reconstructionLoss));
    assert(losses[2] < losses[0], losses.join(" "));
  }
});
