import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { labelImages, type LabelledImages } from "../../lib/data/mod.ts";
import { optionDefaults } from "../../lib/command/flags.ts";
import { InputError } from "../../lib/input_error.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { Random } from "../../lib/array/random.ts";
import { scoreDraws } from "../../train/label_draws.ts";
import { trainOptions } from "../../train/options.ts";
import { prepareData } from "../../train/prepare_data.ts";

const chosen = { name: "plain", members: [{ transform: "none", componentsPerClass: 1 }] } as const;

/** Images of two pixels that lie about (0.2, 0.2) for label 3 and (0.8, 0.8) for label 5. */
function twoClasses(perClass: number, seed: number): LabelledImages {
  const random = new Random(seed);
  const labels = Int32Array.from({ length: 2 * perClass }, (_, i) => i < perClass ? 3 : 5);
  const pixels = Float32Array.from(
    { length: 4 * perClass },
    (_, i) => (i < 2 * perClass ? 0.2 : 0.8) + 0.03 * random.normal(),
  );
  const images = ndarray("float32", [2 * perClass, 1, 2, 1], pixels);
  return labelImages(images, labels);
}

/** An encoder that takes the two pixels for the latent mean. */
async function pixelEncoder() {
  const builder = new GraphBuilder();
  const images = builder.input("images", "float32", ["batch", 1, 2, 1]);
  builder.output("z_mean", builder.op.Reshape(images, [-1, 2]), "float32", ["batch", 2]);
  return await createSession({ graph: builder.build(), opset: 17 });
}

Deno.test("scoreDraws() scores every draw, and tells mean, deviation and worst", async () => {
  const encoder = await pixelEncoder();
  const latents = ndarray("float64", [200, 2], Float64Array.from(twoClasses(100, 1).images.data));
  const test = twoClasses(50, 2);
  const options = { encoder, latents, chosen, seed: 0 };
  const right = [twoClasses(3, 3), twoClasses(3, 4)];
  const swapped = twoClasses(3, 5);
  swapped.labels.set(swapped.labels.toReversed());

  const good = await scoreDraws(right, test, options);
  assertEquals(good, { count: 2, mean: 1, standardDeviation: 0, worst: 1 });
  const mixed = await scoreDraws([...right, swapped], test, options);
  assertEquals([mixed.count, mixed.worst], [3, 0]);
  assertAlmostEquals(mixed.mean, 2 / 3, 1e-12);
  assertAlmostEquals(mixed.standardDeviation, Math.sqrt(1 / 3), 1e-12);
  await encoder.release();
});

Deno.test("prepareData() draws other labelled images, each class as often, none twice alike", async () => {
  const values = {
    ...optionDefaults(trainOptions),
    train: "mnist:test",
    draws: 3,
    classes: [1, 4],
  };
  const { labelled, draws } = await prepareData({ ...values, test: "mnist:test" });
  assertEquals(draws?.length, 3);
  for (const draw of draws!) {
    assertEquals([...draw.labels].sort(), [...labelled.labels].sort());
    assert(draw.images.data.some((pixel: number, i: number) => pixel !== labelled.images.data[i]));
  }
});

Deno.test("prepareData() throws if draws are asked for and there is nothing to draw from or score on", async () => {
  const values = { ...optionDefaults(trainOptions), train: "mnist:test", draws: 2 };
  await assertRejects(
    () => prepareData(values),
    InputError,
    'Cannot score 2 draws of labels on "mnist:test": labels in it, no --val, and test images are needed',
  );
});
