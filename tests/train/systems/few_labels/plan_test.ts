import { assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { GENTLE } from "../../../../lib/data/augmentations.ts";
import { InputError } from "../../../../lib/input_error.ts";
import { planTraining } from "../../../../train/systems/few_labels/plan.ts";

Deno.test("planTraining() takes small batches and few steps for few images", async () => {
  const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => i * i % 251);
  const images = ndarray("uint8", [64, 8, 8, 1], pixels);
  assertEquals(await planTraining(images, { seed: 0, threads: 1 }), {
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
