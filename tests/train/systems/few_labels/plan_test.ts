import { assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { Random } from "../../../../lib/array/random.ts";
import { GENTLE } from "../../../../lib/data/augmentations.ts";
import { invert } from "../../../../lib/data/pixels.ts";
import { InputError } from "../../../../lib/input_error.ts";
import { planTraining, prepareImages } from "../../../../train/systems/few_labels/plan.ts";

Deno.test("planTraining() takes small batches and few steps for few images", async () => {
  const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => i * i % 251);
  const images = ndarray("uint8", [64, 8, 8, 1], pixels);
  assertEquals(await planTraining(images, { seed: 0, threads: 1 }), {
    invert: false,
    deskew: false,
    augmentation: { ...GENTLE, mirror: false },
    batchSize: 16,
    contrastSteps: 200,
    refineSteps: 133,
  });
});

Deno.test("planTraining() takes a batch size from 2 to the number of images", async () => {
  const images = ndarray("uint8", [20, 8, 8, 1], new Uint8Array(20 * 64));
  const plan = (batchSize: number) => planTraining(images, { seed: 0, threads: 1, batchSize });
  for (const batchSize of [2, 7, 20]) assertEquals((await plan(batchSize)).batchSize, batchSize);
  for (const batchSize of [1, 21, 500]) {
    await assertRejects(() => plan(batchSize), InputError, `--batch-size is ${batchSize}, it must`);
  }
});

Deno.test("planTraining() plans alike for dark marks on a light ground, but that it inverts them", async () => {
  const random = new Random(1);
  const ink = Uint8Array.from({ length: 64 * 64 }, (_, i) => {
    const [x, y] = [i % 8, Math.floor(i / 8) % 8];
    return x > 0 && x < 7 && y > 0 && y < 7 ? random.integer(256) : 0;
  });
  const dark = ndarray("uint8", [64, 8, 8, 1], ink);
  const plan = await planTraining(dark, { seed: 0, threads: 1 });
  assertEquals(plan.invert, false);
  const light = await planTraining(invert(dark), { seed: 0, threads: 1 });
  assertEquals(light, { ...plan, invert: true });
  assertEquals(prepareImages(invert(dark), light), prepareImages(dark, plan));
});

Deno.test("prepareImages() inverts before it deskews, and gives bytes", async () => {
  const ink = Uint8Array.from({ length: 64 }, (_, i) => i % 8 === Math.floor(i / 8) ? 200 : 0);
  const dark = ndarray("uint8", [1, 8, 8, 1], ink);
  const light = ndarray("float32", [1, 8, 8, 1], Float32Array.from(ink, (v) => 1 - v / 255));
  const plan = await planTraining(dark, { seed: 0, threads: 1 });
  for (const deskew of [false, true]) {
    assertEquals(
      prepareImages(light, { ...plan, invert: true, deskew }),
      prepareImages(dark, { ...plan, deskew }),
    );
  }
});
