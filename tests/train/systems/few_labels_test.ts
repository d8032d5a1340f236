import { assert, assertEquals } from "@std/assert";
import { toFloat32 } from "../../../lib/data/mod.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { fewLabels } from "../../../train/systems/few_labels.ts";
import { open, part, sides } from "./tiny_system.ts";

Deno.test("few-labels learns two plain classes from two labels each, and its files agree", async () => {
  const all = sides(68);
  const data = {
    labelled: part(all, 0, 4),
    train: part(all, 4, 68).images,
    validation: undefined,
    test: sides(20),
    labelSamples: [],
  };
  const trained = await trainSystem(fewLabels, data, {
    options: { effort: 0.2 },
    session: { threads: 1 },
  });
  const { meanF1 } = trained.metrics.classification!;
  assert(meanF1 > 0.9, `${meanF1}`);
  assertEquals(trained.history.map(({ phase }) => phase).includes("refine"), true);
  const classifier = await open(trained, "classifier.onnx");
  const bytes = await open(trained, "classifier_uint8.onnx");
  const encoder = await open(trained, "encoder.onnx");
  const { images } = data.test;
  const answer = await classifier.run({ images: toFloat32(images) });
  assertEquals(answer.probabilities.shape, [20, 2]);
  assertEquals((await bytes.run({ images })).label.data, answer.label.data);
  assertEquals(
    (await encoder.run({ images: toFloat32(images) })).z_mean.data,
    answer.z_mean.data,
  );
  for (const session of [classifier, bytes, encoder]) await session.release();
});
