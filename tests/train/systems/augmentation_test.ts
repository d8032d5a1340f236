import { assertEquals } from "@std/assert";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { take } from "../../../lib/array/rows.ts";
import { Random } from "../../../lib/array/random.ts";
import { augmentedCopies } from "../../../train/systems/augmentation.ts";

const random = new Random(0);
const images = ndarray(
  "uint8",
  [3, 8, 8, 1],
  Uint8Array.from({ length: 192 }, () => random.integer(256)),
);
const some = { rotation: 15, scaling: 0.15, shift: 0.07 };

Deno.test("augmentedCopies() are the same for the same seed and epoch, and others for others", () => {
  const copy = (seed: number, epoch: number | "validation") =>
    augmentedCopies(images, some, { seed, epoch }).take([0, 1, 2]).data.join();
  assertEquals(copy(0, 1), copy(0, 1));
  const all = [copy(0, 1), copy(0, 2), copy(1, 1), copy(0, "validation"), images.data.join()];
  assertEquals(new Set(all).size, 5);
});

Deno.test("augmentedCopies() of no augmentation are the images", () => {
  const none = { rotation: 0, scaling: 0, shift: 0 };
  const copies = augmentedCopies(images, none, { seed: 0, epoch: 1 });
  assertEquals([copies.shape, copies.dtype], [[3, 8, 8, 1], "uint8"]);
  assertEquals(copies.take([0, 1, 2]).data, images.data);
});

Deno.test("augmentedCopies() are the same in whatever order they are taken", () => {
  const copies = augmentedCopies(images, some, { seed: 0, epoch: 1 });
  const all = copies.take([0, 1, 2]);
  for (const rows of [[2, 0], [1], [], [1, 1, 2]]) {
    assertEquals(copies.take(rows), take(all as NdArray<"uint8">, rows));
  }
});
