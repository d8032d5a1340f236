import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import type { Images } from "../../../lib/data/mod.ts";
import {
  augmentedImages,
  fitAugmentation,
  fitCnnFilters,
  fitHead,
} from "../../../train/systems/classifier_options.ts";

const gradient = (channels: number): Images =>
  ndarray(
    "uint8",
    [4, 6, 6, channels],
    Uint8Array.from({ length: 144 * channels }, (_, i) => 40 + i % (6 * channels) * 10),
  );

const NONE = { rotation: 0, scaling: 0, shift: 0, flip: "none", crop: 0, colour: 0 } as const;
const ROWS = [0, 1, 2, 3];

Deno.test("fitCnnFilters() halves sides to 4, whatever the size", () => {
  assertEquals(fitCnnFilters([8, 8]), [32, 64]);
  assertEquals(fitCnnFilters([28, 28]), [32, 64, 128]);
  assertEquals(fitCnnFilters([200, 150]), [32, 64, 128, 256, 512, 512]);
});

Deno.test("fitHead() gives more layers and epochs where the encoder is frozen", () => {
  const [frozen, whole] = [true, false].map((isFrozen) => fitHead({ isFrozen }));
  assert(frozen.hidden.length > whole.hidden.length);
  assert(frozen.epochs > whole.epochs && frozen.patience > whole.patience);
});

Deno.test("augmentedImages() changes nothing where nothing is asked for", () => {
  for (const channels of [1, 3]) {
    const images = gradient(channels);
    const { take } = augmentedImages(images, NONE, { seed: 0, epoch: 1 });
    assertEquals(take(ROWS).data, images.data);
  }
});

for (
  const [name, values] of Object.entries({
    rotation: { rotation: 40 },
    scaling: { scaling: 0.5 },
    shift: { shift: 0.4 },
    crop: { crop: 0.6 },
    colour: { colour: 0.5 },
  })
) {
  Deno.test(`augmentedImages() draws ${name} by seed and epoch`, () => {
    const images = gradient(3);
    const copies = (seed: number, epoch: number) =>
      augmentedImages(images, { ...NONE, ...values }, { seed, epoch }).take(ROWS).data;
    assert(String(copies(0, 1)) !== String(images.data));
    assertEquals(copies(0, 1), copies(0, 1));
    assert(String(copies(0, 1)) !== String(copies(0, 2)));
    assert(String(copies(0, 1)) !== String(copies(1, 1)));
  });
}

Deno.test("augmentedImages() mirrors some images, and the same whatever the size of a chunk", () => {
  const images = gradient(1);
  const values = { ...NONE, flip: "horizontal" } as const;
  const rows = Array.from({ length: 40 }, (_, i) => i % 4);
  const copies = augmentedImages(images, values, { seed: 0, epoch: 1 }).take(rows);
  const first = Array.from({ length: 40 }, (_, i) => copies.data[i * 36]);
  const mirrored = first.filter((pixel) => pixel === 90).length;
  assert(mirrored > 10 && mirrored < 30, `${mirrored} of 40`);
  assertEquals(first.filter((pixel) => pixel === 40).length, 40 - mirrored);
  const { take } = augmentedImages(images, values, { seed: 0, epoch: 1 });
  const parts = [take(rows.slice(0, 7)), take(rows.slice(7))].flatMap(({ data }) => [...data]);
  assertEquals(parts, [...copies.data]);
});

Deno.test("fitAugmentation() mirrors photos, and rotates and scales grey images alone", () => {
  assertEquals(fitAugmentation(1), { rotation: 15, scaling: 0.15, flip: "none" });
  assertEquals(fitAugmentation(3), { rotation: 0, scaling: 0, flip: "horizontal" });
});
