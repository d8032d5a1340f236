import { assert, assertEquals } from "@std/assert";
import { type Images, toFloat32 } from "../../../lib/data/mod.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { classifier } from "../../../train/systems/classifier.ts";
import { checkTrained, open, part, sides } from "./tiny_system.ts";

Deno.test("classifier learns labels that are no indices, of floats and bytes alike", async () => {
  const all = sides(120);
  const data = {
    train: part(all, 0, 80),
    validation: part(all, 80, 100),
    test: part(all, 100, 120),
  };
  const trained = await trainSystem(classifier, data, {
    options: { filters: [4], epochs: 6, learningRate: 0.02 },
    batchSize: 16,
    session: { threads: 1 },
  });
  checkTrained(trained, trained.history.length);
  assertEquals(trained.classes, [1, 4]);
  assertEquals(trained.metrics.classification?.accuracy, 1);
  const floats = await open(trained, "classifier.onnx");
  const bytes = await open(trained, "classifier_uint8.onnx");
  const { images, labels } = data.test;
  const answers = [await floats.run({ images: toFloat32(images) }), await bytes.run({ images })];
  for (const { label } of answers) assertEquals([...label.data].map(Number), [...labels]);
  assertEquals(answers[0].outlier_score.data, answers[1].outlier_score.data);
  const black = await bytes.run({ images: { ...images, data: new Uint8Array(20 * 64) } as Images });
  assert([...black.outlier.data].every((flag) => Boolean(flag)));
  assertEquals(trained.metrics.outliers!.rate, 0.01);
  const gradCam = await open(trained, "grad_cam.onnx");
  const { heat } = await gradCam.run({ images: toFloat32(images) });
  assertEquals(heat.shape, [20, 8, 8, 1]);
  assert([...heat.data].every((value) => Number(value) >= 0 && Number(value) <= 1));
  for (const session of [floats, bytes, gradCam]) await session.release();
});

Deno.test("classifier draws other classes the more an image counts", async () => {
  const all = sides(64);
  const weights = Float32Array.from(all.labels, (label) => label === 1 ? 1 : 0);
  const trained = await trainSystem(classifier, {
    train: { ...all, weights },
    validation: undefined,
    test: undefined,
  }, {
    options: {
      filters: [4],
      hidden: [4],
      dropout: 0,
      epochs: 8,
      learningRate: 0.03,
      augment: false,
    },
    batchSize: 16,
    session: { threads: 1 },
  });
  // Images of label 4 count nothing: none is learned.
  const [ofLabel1] = trained.metrics.classification!.perClass;
  assertEquals([ofLabel1.label, ofLabel1.recall], [1, 1]);
  assertEquals(trained.metrics.classification!.accuracy, 0.5);
});
