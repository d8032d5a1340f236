import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { Random } from "../../../../lib/array/random.ts";
import { COLOUR, GENTLE } from "../../../../lib/data/augmentations.ts";
import { invert } from "../../../../lib/data/pixels.ts";
import { InputError } from "../../../../lib/input_error.ts";
import {
  chooseShrink,
  planTraining,
  prepareImages,
  smallImages,
} from "../../../../train/systems/few_labels/plan.ts";

Deno.test("planTraining() takes small batches and few steps for few images", async () => {
  const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => i * i % 251);
  const images = ndarray("uint8", [64, 8, 8, 1], pixels);
  assertEquals(await planTraining(images, { seed: 0, threads: 1 }), {
    invert: false,
    deskew: false,
    colour: false,
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

Deno.test("planTraining() looks at colours where there are some", async () => {
  const random = new Random(0);
  const pixels = Uint8Array.from({ length: 20 * 192 }, () => random.integer(256));
  const images = ndarray("uint8", [20, 8, 8, 3], pixels);
  const { colour, augmentation } = await planTraining(images, { seed: 0, threads: 1 });
  assertEquals(colour, true);
  assertEquals(augmentation, { ...COLOUR, mirror: false });
  const grey = { ...images, data: pixels.map((_, i) => pixels[3 * Math.floor(i / 3)]) };
  const plan = await planTraining(grey, { seed: 0, threads: 1 });
  assertEquals(plan.colour, false);
});

Deno.test("chooseShrink() leaves 32 to 63 pixels a side, or takes the factor that is given", () => {
  const sides = [8, 28, 63, 64, 95, 96, 224];
  assertEquals(sides.map((side) => chooseShrink([side, 300])), [1, 1, 1, 2, 2, 3, 7]);
  assertEquals([chooseShrink([300, 64]), chooseShrink([64, 64], 1), chooseShrink([4, 4], 1)], [
    2,
    1,
    1,
  ]);
  assertEquals(chooseShrink([28, 28], 3), 3);
  assertThrows(
    () => chooseShrink([28, 40], 4),
    InputError,
    "Cannot train: --shrink 4 leaves less than 8 pixels a side of images of 28x40, at most 3 is allowed",
  );
});

Deno.test("smallImages() gives bytes of the smaller size", () => {
  const images = ndarray("float32", [1, 2, 2, 1], Float32Array.of(0, 1, 1, 0));
  assertEquals(smallImages(images, 2), ndarray("uint8", [1, 1, 1, 1], Uint8Array.of(128)));
});
