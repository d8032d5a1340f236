import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { toFloat32 } from "../../../lib/data/mod.ts";
import { InputError } from "../../../lib/input_error.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { cvae } from "../../../train/systems/cvae.ts";
import { checkTrained, open, sides } from "./tiny_system.ts";

const train = sides(96);
const data = { train, validation: sides(8), test: sides(20) };
const training = { batchSize: 16, session: { threads: 1 } };
const options = { hidden: [16], latentDim: 2, epochs: 6, learningRate: 1e-2 };

Deno.test("cvae of labels decodes images of the label that it is given", async () => {
  const trained = await trainSystem(cvae, data, {
    ...training,
    options: { ...options, epochs: 50 },
  });
  checkTrained(trained, 50);
  const { condition, classes, examples, metrics, latents } = trained;
  assertEquals([condition, classes, examples.samples!.shape], ["label", [1, 4], [20, 8, 8, 1]]);
  assertEquals(latents!.trueLabels, train.labels);
  assert(metrics.negativeLogLikelihood !== undefined && metrics.importanceSamples === 100);
  const decoder = await open(trained, "decoder.onnx");
  const z = ndarray("float32", [2, 2], new Float32Array(4));
  const oneHot = ndarray("float32", [2, 2], Float32Array.of(1, 0, 0, 1));
  const { images } = await decoder.run({ z, condition: oneHot });
  await decoder.release();
  // Label 1 is light on the left, label 4 on the right.
  const side = (image: number, right: boolean, { data } = images) => {
    let sum = 0;
    for (let i = 0; i < 64; i++) {
      if ((i % 8 >= 4) === right) sum += Number(data[image * 64 + i]);
    }
    return sum / 32;
  };
  assert(side(0, false) > side(0, true) + 0.3 && side(1, true) > side(1, false) + 0.3);
  // Samples of the prior too: of the first label in even places.
  const sampled = toFloat32(examples.samples!);
  const right = Array.from(
    { length: 20 },
    (_, i) => side(i, i % 2 === 1, sampled) > side(i, i % 2 === 0, sampled),
  );
  assert(right.filter(Boolean).length >= 19, right.join(" "));
});

Deno.test("cvae of parts completes what is given, beside a baseline, without labels", async () => {
  const unlabelled = ({ images }: typeof train) => ({ images, labels: undefined });
  const given = {
    train: unlabelled(train),
    validation: unlabelled(data.validation),
    test: unlabelled(data.test),
  };
  const trained = await trainSystem(cvae, given, {
    ...training,
    options: { ...options, condition: "part", given: 2 },
  });
  checkTrained(trained, 6);
  assertEquals(Object.keys(trained.models).sort(), [
    "baseline.onnx",
    "decoder.onnx",
    "encoder.onnx",
    "prior.onnx",
  ]);
  const { metrics, examples, condition, classes } = trained;
  assertEquals([condition, classes], ["part", undefined]);
  assert(Number(metrics.baselineNegativeLogLikelihood) > 0);
  const { shape, data: pixels } = toFloat32(examples.completions!);
  assertEquals(shape, [80, 8, 8, 1]);
  const whole = toFloat32(data.test.images).data;
  for (let i = 0; i < 640; i++) {
    const row = (kind: number) => pixels[kind * 640 + i];
    const expected = i % 8 < 4 ? whole[i] : 0;
    assertAlmostEquals(row(0), expected, 1e-6);
    assertAlmostEquals(row(7), whole[i], 1e-6);
    if (i % 8 < 4) assertAlmostEquals(row(3), whole[i], 1e-6);
  }
});

for (
  const [about, bad, message] of [
    ["there are no labels", { ...data, train: { ...train, labels: undefined } }, "have no labels"],
    [
      "a label is in no training image",
      { ...data, test: { ...data.test, labels: data.test.labels.map(() => 9) } },
      "label 9 is in no training image",
    ],
  ] as const
) {
  Deno.test(`cvae of labels says so if ${about}`, async () => {
    await assertRejects(
      () => trainSystem(cvae, bad, { ...training, options: { ...options, epochs: 1 } }),
      InputError,
      message,
    );
  });
}

Deno.test("cvae of parts says so if images have no quadrants", async () => {
  const images = ndarray("uint8", [32, 1, 8, 1], new Uint8Array(256));
  const row = { images, labels: undefined };
  await assertRejects(
    () =>
      trainSystem(cvae, { train: row, validation: undefined, test: undefined }, {
        ...training,
        options: { ...options, condition: "part" },
      }),
    InputError,
    "images of 1x8 have no quadrants, at least 2x2 is needed",
  );
});
