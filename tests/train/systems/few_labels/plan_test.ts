import { assertEquals } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { GENTLE } from "../../../../lib/data/augmentations.ts";
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
